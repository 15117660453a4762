import type { buildApp } from 'fauxqs';

type App = ReturnType<typeof buildApp>;

const xml = (body: string) => `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
const noSuchKey = xml('<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>');
const preconditionFailed = xml('<Error><Code>PreconditionFailed</Code><Message>It stands.</Message></Error>');
const notImplemented = xml('<Error><Code>NotImplemented</Code><Message>No rule for it here.</Message></Error>');

const tagSet = (tags: string) => {
  const entries = [...new URLSearchParams(tags)].map(
    ([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`,
  );
  return xml(`<Tagging><TagSet>${entries.join('')}</TagSet></Tagging>`);
};

/**
 * Gives the emulator tags on objects, as far as the service uses them: set with the object, read, taken off. By itself it
 * knows none, and takes DELETE ?tagging as a deletion of the object. They are in memory: nothing here expires by them.
 */
export const answerTagging = (app: App): void => {
  const tags = new Map<string, string>();

  app.addHook('preHandler', async (request, reply) => {
    const [path = '', query = ''] = request.url.split('?');
    const { method, headers } = request;
    if (!new URLSearchParams(query).has('tagging')) {
      if (method === 'PUT' && headers['x-amz-copy-source'] !== undefined && headers['if-none-match'] === '*') {
        const { statusCode } = await app.inject({ method: 'HEAD', url: path });
        if (statusCode === 200) {
          reply.header('content-type', 'application/xml');
          return reply.status(412).send(preconditionFailed);
        }
      }
      const given = headers['x-amz-tagging'];
      if (method === 'PUT' && typeof given === 'string') tags.set(path, given);
      else if (method === 'PUT' || method === 'DELETE') tags.delete(path);
      return undefined;
    }

    reply.header('content-type', 'application/xml');
    const { statusCode } = await app.inject({ method: 'HEAD', url: path });
    if (statusCode === 404) return reply.status(404).send(noSuchKey);
    if (method === 'GET') return reply.send(tagSet(tags.get(path) ?? ''));
    if (method !== 'DELETE') return reply.status(501).send(notImplemented);
    tags.delete(path);
    return reply.status(204).send();
  });
};
