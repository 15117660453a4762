import { prices } from './cost.ts';

/** One line of a bill: so much of something, of one service, at its list price. */
export type Line = {
  service: string;
  what: string;
  quantity: number;
  dollars: number;
};

const line = (service: string, what: string, quantity: number, price: number): Line => ({
  service,
  what,
  quantity,
  dollars: quantity * price,
});

/** What one run of a function was measured to take. */
export interface Run {
  readUnits: number;
  writeUnits: number;
  /** What it wrote to its log. */
  logBytes: number;
}

/** Lambda writes three lines of its own for each invocation, of about 350 bytes together, and CloudWatch counts 26 bytes a line. */
export const platformBytes = 450;
/** The access log's line of a request. */
export const accessLogBytes = 300;

const gigabyte = 1024 ** 3;

/** What a number of runs of one function costs. Its time is what it is billed for, in seconds. */
export const linesOfRuns = (
  runs: number,
  { readUnits, writeUnits, logBytes }: Run,
  seconds: number,
  memoryMb: number,
) => [
  line('DynamoDB', 'read units', runs * readUnits, prices.readUnit),
  line('DynamoDB', 'write units', runs * writeUnits, prices.writeUnit),
  line('Lambda', 'requests', runs, prices.lambdaRequest),
  line('Lambda', 'GB-seconds', runs * seconds * (memoryMb / 1024), prices.lambdaGigabyteSecond),
  line('CloudWatch', 'GB of logs', (runs * (logBytes + platformBytes)) / gigabyte, prices.logGigabyte),
  line('X-Ray', 'traces', runs, prices.trace),
];

/** What comes with requests, beside the runs of their functions. */
export const linesOfRequests = (requests: number): Line[] => [
  line('API Gateway', 'requests', requests, prices.httpRequest),
  line('CloudWatch', 'GB of access logs', (requests * accessLogBytes) / gigabyte, prices.logGigabyte),
];

/** What stands in the templates and is paid by the month. */
export interface Standing {
  keys: number;
  alarms: number;
  dashboards: number;
  metrics: number;
  scheduledRuns: number;
}

export const linesOfMonth = ({ keys, alarms, dashboards, metrics, scheduledRuns }: Standing): Line[] => [
  line('KMS', 'keys', keys, prices.keyMonth),
  line('CloudWatch', 'metrics that alarms watch', alarms, prices.alarmMonth),
  line('CloudWatch', 'dashboards', dashboards, prices.dashboardMonth),
  line('CloudWatch', 'metrics of our own', metrics, prices.metricMonth),
  line('EventBridge Scheduler', 'invocations', scheduledRuns, prices.scheduled),
];

/** The lines as a table, with their sum at the end. */
export const tableOf = (lines: Line[]) => [
  ...lines,
  { service: 'all', what: '', quantity: '', dollars: lines.reduce((sum, { dollars }) => sum + dollars, 0) },
];
