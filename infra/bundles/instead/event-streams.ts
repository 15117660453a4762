/** In place of event streams, which no operation that we call has; the clients set them up all the same. */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;

const leftOut = (): never => {
  throw new Error('Event streams are left out of the bundles (infra/bundles)');
};

export const eventStreamSerdeProvider = (): never => leftOut();
export const EventStreamSerde = (): never => leftOut();
