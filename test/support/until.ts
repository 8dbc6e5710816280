/** Waits until the condition holds, by default half a minute at most: a machine may be busy with other things. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  otherwise: string | (() => string),
  seconds = 30,
): Promise<void> {
  const deadline = Date.now() + 1_000 * seconds;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(typeof otherwise === 'string' ? otherwise : otherwise());
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
