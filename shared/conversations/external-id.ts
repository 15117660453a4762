import * as z from 'zod/mini';
import { isOpaqueId } from './ids.ts';

/** An id of the vendor's, as text: at most 256 characters, opaque. Not in ids.ts, or every workflow task would load zod's schemas. */
export const externalId = z
  .string()
  .check(
    z.refine(
      isOpaqueId,
      'must be an opaque id: 1 to 256 letters, digits or ._:~=- and no e-mail address or phone number',
    ),
  );
