declare module 'dynalite' {
  import type { Server } from 'node:http';

  type DynaliteOptions = { path?: string; createTableMs?: number; deleteTableMs?: number };

  /** A server that speaks DynamoDB, not yet listening; closing it closes its store too. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
