import { DomainError, type WordedError } from '../errors.ts';

/** How one API words each domain error. The type holds it to all of them. */
export type Wordings<Wording> = { [E in WordedError as E['name']]: (error: E) => Wording };

/** The wording of an error, or of a fault of the service's own for one that is no domain error. */
export const wordingOf = <Wording>(wordings: Wordings<Wording>, fault: Wording, error: unknown): Wording => {
  if (!(error instanceof DomainError) || !Object.hasOwn(wordings, error.name)) return fault;
  // The key is the error's own name, so the function takes this error.
  return (wordings[error.name as keyof Wordings<Wording>] as (worded: DomainError) => Wording)(error);
};
