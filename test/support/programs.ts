import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A program that the tests need and npm does not bring. */
export interface NeededProgram {
  /** What people call it. */
  title: string;
  /** Names that it may have on the PATH. */
  names: string[];
  /** Debian's package of it. */
  debianPackage: string;
}

/** The program on the PATH, or, as root on Debian and its kin, from the package, which is installed. Else undefined. */
export async function findProgram(program: NeededProgram): Promise<string | undefined> {
  const { names } = program;
  return (await onPath(names)) ?? ((await install([program])) ? onPath(names) : undefined);
}

/** Fails when one of them is neither there nor can be installed. */
export async function needPrograms(programs: NeededProgram[]): Promise<void> {
  const missing = await missingOf(programs);
  if (missing.length === 0) return;
  await install(missing);
  const names = (await missingOf(programs)).map(({ title }) => title);
  if (names.length === 0) return;
  throw new Error(
    `This needs ${names.join(', ')}: put them on the PATH, or run it as root on Debian or Ubuntu, where they are installed.`,
  );
}

async function missingOf(programs: NeededProgram[]): Promise<NeededProgram[]> {
  const found = await Promise.all(programs.map(({ names }) => onPath(names)));
  return programs.filter((_, index) => !found[index]);
}

async function onPath(names: string[]): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      if (await isExecutable(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Whether it could be tried. */
async function install(programs: NeededProgram[]): Promise<boolean> {
  if (process.getuid?.() !== 0 || !(await isExecutable('/usr/bin/apt-get'))) return false;
  const titles = programs.map(({ title }) => title).join(', ');
  const packages = programs.map(({ debianPackage }) => debianPackage);
  process.stderr.write(`The tests need ${titles}: installing ${packages.join(', ')} with apt-get.\n`);
  const run = promisify(execFile);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
  return true;
}
