/** The update expressions by which the guard accepts a redaction. */
export const acceptance = /By = :id|admitted = :id/;
