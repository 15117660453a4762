declare module 'asl-validator' {
  type Validation = { isValid: boolean; errorsText: (separator: string) => string };

  /** Checks a definition against the Amazon States Language, and writes the default query language into it. */
  export default function validate(
    definition: unknown,
    options?: { checkPaths?: boolean; checkArn?: boolean },
  ): Validation;
}
