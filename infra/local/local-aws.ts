/** Where the local cloud pretends to be. DynamoDB Local keeps the data of each access key and region apart, so all clients share these. */
export const localAws = {
  account: '000000000000',
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;
