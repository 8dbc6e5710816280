/** Waits until the condition holds, half a minute at most: a machine may be busy with other things. */
export async function until(condition: () => Promise<boolean> | boolean, otherwise: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(otherwise);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
