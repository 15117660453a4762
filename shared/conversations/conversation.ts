/** A JSON object as a vendor sent it. */
export type Json = Record<string, unknown>;

/** The views of one person: per kind of reference (an author, a participant) the fields that name them. */
export type Views = Record<string, Json>;

/** Identity by person id. */
export type People = Record<string, Views>;

/** What a dialect makes of one of the vendor's parts. */
export interface SplitPart {
  id: string;
  /** Stays: ids, types, timestamps, flags. */
  structure: Json;
  /** Destroyed by every redaction that covers the part. */
  content?: Json | undefined;
  /** Content that the vendor's own redaction leaves standing; Expunge's own destroys it too. */
  kept?: Json | undefined;
}

/** What a dialect makes of a vendor's whole document. */
export interface SplitConversation {
  externalId: string;
  structure: Json;
  /** The conversation's own free text: title, remarks, custom attributes. */
  text?: Json | undefined;
  legalHold: boolean;
  people: People;
  parts: SplitPart[];
}

/** A part as readers may see it: content is there only if nothing masks it. */
export interface Part {
  id: string;
  sequence: number;
  structure: Json;
  content?: Json | undefined;
  kept?: Json | undefined;
  /** The version of its cell, which every masking of spans raises. */
  version?: number | undefined;
  /** When the redaction that covers it was accepted, in milliseconds. */
  redactedAt?: number | undefined;
}

/** A conversation as readers may see it. */
export interface Conversation {
  id: string;
  dialect: string;
  structure: Json;
  text?: Json | undefined;
  people: People;
  legalHold: boolean;
  /** The sequence that the next part will get; every part's is below it. */
  nextSequence: number;
}

/**
 * The one item whose conditions decide. `redactedThrough` masks the content of every part up to it,
 * `clearedThrough` what is kept and the conversation's text too; the `erased…` twins say how far the
 * destruction has been verified, so that a repeat starts after it.
 */
export interface Guard {
  /** How many decisions were taken; each names the number that it was taken on. A guard of an older table has none. */
  version?: number | undefined;
  nextSequence: number;
  held: boolean;
  /** Some part has content that its vendor's redaction leaves. */
  keeps: boolean;
  /** Some part has attachments of its own in the bucket. */
  files: boolean;
  redactedThrough?: number | undefined;
  redactedAt?: number | undefined;
  /** The redaction that raised `redactedThrough` last. */
  redactedBy?: string | undefined;
  clearedThrough?: number | undefined;
  clearedAt?: number | undefined;
  clearedBy?: string | undefined;
  erasedThrough?: number | undefined;
  erasedClearedThrough?: number | undefined;
  /** The redaction of named parts that was accepted last. */
  admitted?: string | undefined;
}

/** Whether a watermark of the guard covers the sequence. */
export const covers = (watermark: number | undefined, sequence: number) =>
  watermark !== undefined && sequence <= watermark;

/** A part behind the guard's watermarks: what they cover reads as redacted before and after it is destroyed. */
export const masked = (part: Part, guard: Guard): Part => {
  const cleared = covers(guard.clearedThrough, part.sequence);
  const redacted = cleared || covers(guard.redactedThrough, part.sequence);
  if (!redacted && part.redactedAt === undefined) return part;
  const { content: _, kept, ...rest } = part;
  return {
    ...rest,
    kept: cleared ? undefined : kept,
    redactedAt: part.redactedAt ?? (cleared ? guard.clearedAt : guard.redactedAt),
  };
};
