import { startDynamoDB } from '../../infra/local/dynamodb.ts';
import { sayReady } from './child.ts';

const { endpoint } = await startDynamoDB();
sayReady({ endpoint });
