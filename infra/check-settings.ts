import type { StageSettings, Throttle } from './environments.ts';

const isCount = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;

const originFault = (origin: string) =>
  /^https?:\/\//.test(origin) && URL.parse(origin)?.origin === origin
    ? []
    : [
        `allowedOrigins: "${origin}" is no origin: scheme, host and, unless it is the scheme's own, port, as in https://a.example.com`,
      ];

const throttleFault = ([name, { requestsPerSecond, burst }]: [string, Throttle]) =>
  requestsPerSecond > 0 && isCount(burst, 1_000_000)
    ? []
    : [`throttles.${name}: requestsPerSecond and burst must be above 0, or no request gets through`];

const capacityFault = ([name, units]: [string, number]) =>
  isCount(units, 1_000_000_000) ? [] : [`capacity.${name}: must be a whole number of units, 1 or more`];

const domainFault = ({ name, certificateArn }: NonNullable<StageSettings['domain']>, region: string) => [
  ...(/^([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z]{2,}$/.test(name)
    ? []
    : [`domain.name: "${name}" is no host name in lower case, as in redaction.example.com`]),
  ...(new RegExp(`^arn:aws[\\w-]*:acm:${region}:\\d{12}:certificate/[\\w-]+$`).test(certificateArn)
    ? []
    : [`domain.certificateArn: must be the ARN of a certificate in ${region}`]),
];

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
const restoredTableFault = ({ name, id }: NonNullable<StageSettings['restoredTable']>) => [
  ...(/^[\w.-]{3,255}$/.test(name)
    ? []
    : [`restoredTable.name: "${name}" is no table name: 3 to 255 of a-z, A-Z, 0-9, "_", "." and "-", and no ARN`]),
  ...(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)
    ? []
    : [`restoredTable.id: "${id}" is no TableId, as npm run replay-ledger -- --dry-run prints it`]),
];

const faultsOf = (settings: StageSettings, region: string): string[] => [
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
  ...(isCount(settings.recoveryDays, 35) ? [] : ['recoveryDays: must be a whole number from 1 to 35']),
  // The endpoints share what is left of the 1,000 that an account has.
  ...(settings.chunksAtOnce === undefined || isCount(settings.chunksAtOnce, 500)
    ? []
    : ['chunksAtOnce: must be a whole number from 1 to 500']),
  ...Object.entries(settings.capacity).flatMap(capacityFault),
  ...Object.entries(settings.throttles).flatMap(throttleFault),
  ...settings.alarmEmails
    .filter((address) => !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address))
    .map((address) => `alarmEmails: "${address}" is no e-mail address`),
  ...settings.allowedOrigins.flatMap(originFault),
  ...(settings.restoredTable ? restoredTableFault(settings.restoredTable) : []),
  ...(settings.domain ? domainFault(settings.domain, region) : []),
];

/** Refuses, before anything is deployed, what the types let pass; the error names every setting that is wrong. */
export const assertDeployable = (stage: string, settings: StageSettings, region: string): void => {
  const faults = faultsOf(settings, region);
  if (faults.length === 0) return;
  throw new Error(`infra/environments.ts, ${stage}:${faults.map((fault) => `\n  ${fault}`).join('')}`);
};

/** Says, before a stage is deployed, what it may do but hardly should; nothing if it is in order. */
export const warningsOf = (stage: string, { alarmEmails }: Pick<StageSettings, 'alarmEmails'>): string[] =>
  alarmEmails.length > 0
    ? []
    : [`Warning: alarms of ${stage} reach nobody, since its alarmEmails in infra/environments.ts are empty`];
