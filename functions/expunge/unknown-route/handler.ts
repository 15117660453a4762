import * as z from 'zod/mini';
import { wireOf } from '../../../shared/dialects/registry.ts';
import { requireEnv } from '../../../shared/env.ts';
import { httpEntry } from '../../../shared/http/entry.ts';
import { refuseRoute } from './refuse-route.ts';

const routes = z.array(z.string()).parse(JSON.parse(requireEnv('ROUTES')));

export const handler = httpEntry(
  (event) => wireOf(event.rawPath),
  async (event) => refuseRoute(routes, event.rawPath),
);
