import type * as z from 'zod/mini';
import type { Conversation, Json, Part, People, SplitConversation, SplitPart } from '../conversations/conversation.ts';

/** Lower-case names, as API Gateway gives them. */
export type Headers = Record<string, string | undefined>;

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** JSON; an answer without a body has none. */
  body?: unknown;
}

/** What a dialect needs to word an error: never a value of the request. */
export interface ErrorContext {
  requestId: string;
}

/** How one API speaks HTTP: who calls, which version, and how each domain error reads. Pure. */
export interface Wire {
  name: string;
  /** The paths that it owns; the longest prefix wins. */
  pathPrefixes: readonly string[];
  /** The API key in the request's headers, if they carry one in a form that this API knows. */
  credentials(headers: Headers): string | undefined;
  /** What a tenant may set of this API beside `attachmentHosts`, which every dialect has. Where that is nothing, no request reads settings. */
  settings: Record<string, z.ZodMiniType>;
  /** The version that the request asks for, or the tenant's default; throws ApiVersionMissing or ApiVersionInvalid. */
  version(headers: Headers, settings: Json): string | undefined;
  /** What every answer carries beside its body, an error too, given the request's headers. */
  headers(request: Headers): Record<string, string>;
  /** The answer to an error; one that is no DomainError is the service's own fault and says nothing of it. */
  error(error: unknown, context: ErrorContext): Answer;
}

/** One vendor's documents: how they split into structure, content and identity, and how they read again. Pure. */
export interface Dialect {
  name: string;
  /** The versions that it renders, oldest first; a vendor without versions has one. */
  versions: readonly string[];
  /** Throws InvalidRequest for a document that is not the vendor's. */
  split(document: unknown): SplitConversation;
  /** One document of an append, which may hold several parts; throws InvalidRequest. */
  splitParts(document: unknown): { parts: SplitPart[]; people: People };
  /** Whether the vendor lets this part, as it is now, be redacted by a call for it alone. */
  redactable(part: Part): boolean;
  /** When the conversation or part with that structure last changed, as the vendor's document says itself, in milliseconds. */
  changedAt(structure: Json): number | undefined;
  /** The vendor's conversation without its parts. */
  presentConversation(conversation: Conversation): Json;
  presentPart(part: Part, people: People): Json;
  /** The whole document as the vendor's own read returns it in that version; what `split` takes. */
  present(conversation: Conversation, parts: Part[], version: string): Json;
}
