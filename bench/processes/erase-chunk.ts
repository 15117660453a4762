import { handler } from '../../functions/erasure/erase-chunk/handler.ts';
import { contextOf } from '../../test/support/call.ts';
import { sayReady } from './child.ts';

/** Erases each chunk that it is sent, and answers with the memory that it has taken: now, and at most so far, in bytes. */

process.on('message', (event) => {
  void handler(event, contextOf()).then((outcome) =>
    process.send?.({ outcome, rss: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 }),
  );
});
sayReady({});
