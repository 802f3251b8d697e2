import type { ClientRequest, IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Counter } from './counter.ts';

type Options = https.RequestOptions & { method?: string };
type Answered = (answer: IncomingMessage) => void;

/** Hooks every request that changes the cluster. A dry run, and the question who we are, change nothing. */
export function hookRequests(counter: Counter): void {
  const request = https.request.bind(https) as (url: URL, options: Options, answered: Answered) => ClientRequest;
  const hooked = (url: URL, options: Options, answered: Answered): ClientRequest => {
    // Commands in pods come in another form; they only read.
    if (!(url instanceof URL) || !changes(url, options)) return request(url, options, answered);
    const what = `${options.method ?? ''} ${url.pathname.replace(/meshway-[a-z0-9-]+$/, 'meshway-RUN')}`;
    counter.before(what);
    const outgoing = request(url, options, (answer) => {
      counter.after(what);
      answered(answer);
    });
    outgoing.once('finish', () => counter.during(what));
    return outgoing;
  };
  https.request = hooked as unknown as typeof https.request;
}

function changes(url: URL, { method = 'GET' }: Options): boolean {
  if (method === 'GET' || url.searchParams.has('dryRun')) return false;
  return !/^\/apis\/auth(entication|orization)\.k8s\.io\//.test(url.pathname);
}
