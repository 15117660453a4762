import { startCloud } from '../../infra/local/cloud.ts';
import { sayReady } from './child.ts';

const [assemblyDir = '', dynamodbEndpoint = ''] = process.argv.slice(2);
const { url } = await startCloud({ assemblyDir, dynamodbEndpoint, schedules: false });
sayReady({ url });
