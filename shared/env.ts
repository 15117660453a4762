/** The value of an environment variable that the stack sets; its absence is a deployment fault, so it fails at load. */
export const requireEnv = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set`);
  return value;
};
