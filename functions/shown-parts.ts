import { shownParts } from '../shared/attachments/shown-parts.ts';
import { downloads } from './files.ts';
import { parts } from './stores.ts';

/** Parts as every answer shows them, in every dialect: with links in the place of references to files. */
export const shown = shownParts(parts, downloads);
