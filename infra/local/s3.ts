import { mkdir } from 'node:fs/promises';
import { type BuildAppOptions, buildApp } from 'fauxqs';
import { answerTagging } from './object-tags.ts';

/** An S3 on this machine, reachable from this machine only. */
export type LocalS3 = { endpoint: string; stop(): Promise<void> };

type Stores = NonNullable<BuildAppOptions['stores']>;
type S3Store = Stores['s3Store'];
type Persistence = NonNullable<S3Store['persistence']> & { loadS3(store: S3Store): void };

/** A file of the package that it does not export: its own start keeps objects in a folder too, but listens to the whole network. */
const internal = (file: string): Promise<unknown> =>
  import(/* @vite-ignore */ new URL(`./${file}`, import.meta.resolve('fauxqs')).href);

/** The store of objects that are kept in a folder, those of the last run included. */
const storeIn = async (dir: string): Promise<S3Store> => {
  await mkdir(dir, { recursive: true });
  const { S3Store } = (await internal('s3/s3Store.js')) as { S3Store: new () => S3Store };
  const { FileS3Persistence } = (await internal('s3/fileS3Persistence.js')) as {
    FileS3Persistence: new (dir: string) => Persistence;
  };
  const store = new S3Store();
  const persistence = new FileS3Persistence(dir);
  persistence.loadS3(store);
  store.persistence = persistence;
  return store;
};

/** Starts an embedded S3 on a free port, in memory or kept in a folder. It takes uploads of up to 11 MB, and no signature is checked. */
export const startS3 = async (dataDir?: string): Promise<LocalS3> => {
  // The stores of its other services are made anew where none is given.
  const stores = dataDir === undefined ? undefined : ({ s3Store: await storeIn(dataDir) } as Stores);
  const app = buildApp({ logger: false, ...(stores && { stores }) });
  answerTagging(app);
  // The SDK reuses connections; one that the server closed in that moment would fail a request.
  app.server.keepAliveTimeout = 0;
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  return { endpoint, stop: () => app.close() };
};
