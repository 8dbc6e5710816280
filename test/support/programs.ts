import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A program that the tests need and npm does not bring. */
interface NeededProgram {
  /** What people call it. */
  title: string;
  /** Names that it may have on the PATH. */
  names: string[];
  /** Debian's package of it. */
  debianPackage: string;
}

/** The program on the PATH, or, as root on Debian and its kin, from the package, which is installed. Else undefined. */
export async function findProgram({
  title,
  names,
  debianPackage,
}: NeededProgram): Promise<string | undefined> {
  const installed = await onPath(names);
  if (installed) return installed;
  if (process.getuid?.() !== 0 || !(await isExecutable('/usr/bin/apt-get'))) return undefined;
  process.stderr.write(`The tests need ${title}: installing the package ${debianPackage} with apt-get.\n`);
  await install(debianPackage);
  return onPath(names);
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

async function install(debianPackage: string): Promise<void> {
  const run = promisify(execFile);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', debianPackage], { env });
}
