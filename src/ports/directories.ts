import { mkdir, readdir, stat } from 'node:fs/promises';

/** Names of the directories in a directory, sorted; none when it does not exist. */
export async function listDirectories(path: string): Promise<string[]> {
  try {
    const found = await readdir(path, { withFileTypes: true });
    return found.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Whether there is a file of that name. */
export async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Makes a directory and those above it; one that is there is fine. */
export async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
}
