import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { meshError } from '../errors/mesh-error.ts';

/** A file that only grows, one durable line at a time. */
export class AppendLog {
  readonly path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Opens the file, or creates it durably: the directory entry is synced too. */
  static async open(path: string): Promise<AppendLog> {
    return await writing(path, async () => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const log = new AppendLog(path, await open(path, 'a+', 0o600));
      await syncAbove(path).catch(async (error: unknown) => {
        await log.close();
        throw error;
      });
      return log;
    });
  }

  async text(): Promise<string> {
    return await this.#handle.readFile('utf8');
  }

  /** Cuts off what a torn write left after the last whole line. */
  async truncate(bytes: number): Promise<void> {
    await writing(this.path, async () => {
      await this.#handle.truncate(bytes);
      await this.#handle.datasync();
    });
  }

  /** Returns once the line is on the disk. */
  async append(line: string): Promise<void> {
    await writing(this.path, async () => {
      await this.#handle.appendFile(`${line}\n`);
      await this.#handle.datasync();
    });
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Each directory may be new: without its own entry on the disk it can vanish with all that is in it. */
async function syncAbove(path: string): Promise<void> {
  for (const directory of [dirname(path), dirname(dirname(path)), dirname(dirname(dirname(path)))])
    await syncDirectory(directory);
}

async function syncDirectory(path: string): Promise<void> {
  await using directory: FileHandle = await open(path, 'r');
  await directory.sync();
}

async function writing<T>(file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw meshError('MW1605', { file, reason }, { cause: error });
  }
}
