/** A path without `.`, `..` that can be resolved, and empty parts; `/` separates, as in the paths that files are named by. */
export function normalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !path.startsWith('/')) parts.push(part);
  }
  const joined = parts.join('/');
  return path.startsWith('/') ? `/${joined}` : joined || '.';
}

/** A path as a file in a directory names it. */
export function pathFrom(directory: string, path: string): string {
  return normalPath(path.startsWith('/') ? path : `${directory}/${path}`);
}

/** The directory of a path; `.` where it names none. */
export function directoryOf(path: string): string {
  const plain = normalPath(path);
  const end = plain.lastIndexOf('/');
  return end === -1 ? '.' : plain.slice(0, end) || '/';
}
