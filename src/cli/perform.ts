import type * as Actions from './actions';

/**
 * The one place that loads the app, which takes seconds: a command that is to be carried out has need of it, and neither
 * `--help` nor a mistake. What describes the commands imports only types of the actions.
 */
export async function perform(action: (actions: typeof Actions) => Promise<void>): Promise<void> {
  await action(await import('./actions.js'));
}
