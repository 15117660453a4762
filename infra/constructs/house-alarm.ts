import { Alarm, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** Where the text of an alarm leads: the page and the link of a heading in it. */
const runbookPage = 'docs/runbook.md';

/** The links of the headings that alarms lead to. */
export type RunbookSection =
  | 'a-function-fails'
  | 'callers-are-refused'
  | 'callers-get-our-own-errors'
  | 'a-large-redaction-was-interrupted'
  | 'redactions-stay-open'
  | 'the-schedule-does-not-run'
  | 'a-table-refuses-requests'
  | 'the-dead-letter-queue-is-not-empty';

/** The address of a section, for the text of an alarm or a dashboard: a path of the repository, wherever that is kept. */
export const runbookAt = (section: RunbookSection): string => `${runbookPage}#${section}`;

export type HouseAlarmProps = {
  /** Who suffers, and how. */
  impact: string;
  /** What to do about it. */
  runbook: RunbookSection;
  /** With the period that it is looked at. */
  metric: IMetric;
  /** From which value on; 1 where each is one too many. */
  threshold?: number;
  /** How many periods in a row. */
  periods?: number;
  /** Whether to hear nothing is as bad; else it is good news. */
  silenceIsBad?: true;
};

/** An alarm whose text says who suffers and where to read what to do. The environment's topic tells of it (alarm-topic.ts). */
export class HouseAlarm extends Alarm {
  constructor(
    scope: Construct,
    id: string,
    { impact, runbook, metric, threshold = 1, periods = 1, silenceIsBad }: HouseAlarmProps,
  ) {
    super(scope, id, {
      alarmDescription: `${impact} → ${runbookAt(runbook)}`,
      metric,
      threshold,
      evaluationPeriods: periods,
      treatMissingData: silenceIsBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
  }
}
