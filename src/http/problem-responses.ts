import { PROBLEM_TYPE, ProblemSchema } from './problem.ts';

/** Problem answers for a route's schema, by status. */
export function problems(descriptions: Readonly<Record<number, string>>) {
  const content = { [PROBLEM_TYPE]: { schema: ProblemSchema } };
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [status, { description, content }]),
  );
}
