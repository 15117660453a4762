import { MethodNotAllowed, RouteNotFound } from '../../../shared/errors.ts';

const fits = (template: string, path: string): boolean => {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((step, n) => (step.startsWith('{') ? given[n] !== '' : step === given[n]))
  );
};

/** Tells a method that a known path does not have from a path that nobody knows. `routes` are keys like `GET /v1/x/{id}`. */
export const refuseRoute = (routes: readonly string[], path: string): never => {
  const keys = routes.map((route) => route.split(' ') as [string, string]);
  const allowed = keys.filter(([, template]) => fits(template, path)).map(([method]) => method);
  throw allowed.length > 0 ? new MethodNotAllowed(allowed) : new RouteNotFound();
};
