import { isSecretName } from '../../kubernetes/parse-declares.ts';

/** Variables whose value may be the bare name of who is called. */
const naming = /(HOST|HOSTNAME|ADDR|ADDRESS|SERVER|ENDPOINT|BROKER|NODE)S?$/i;
/** Ports that the images of these programs listen on unless told otherwise, by the last part of the image's name. */
const usualPorts: Readonly<Record<string, number>> = {
  postgres: 5432,
  mysql: 3306,
  mariadb: 3306,
  redis: 6379,
  valkey: 6379,
  mongo: 27_017,
  rabbitmq: 5672,
  memcached: 11_211,
  elasticsearch: 9200,
  nats: 4222,
};

/** The port that an image is known for, where the file names none. */
export function usualPortOf(image: string): number | undefined {
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const last = name.slice(name.lastIndexOf('/') + 1);
  return Object.hasOwn(usualPorts, last) ? usualPorts[last] : undefined;
}

/** A name that a variable gives, alone, with the port that the variable beside it does (`DB_HOST`, `DB_PORT`). */
export function namedAlone(
  variables: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): { host: string; port?: number; variable: string }[] {
  return [...variables].flatMap(([variable, host]) => {
    if (!known.has(host) || !naming.test(variable) || isSecretName(variable)) return [];
    const beside = variables.get(variable.replace(naming, (word) => (word === word.toLowerCase() ? 'port' : 'PORT')));
    return [{ host, variable, ...(/^\d{1,5}$/.test(beside ?? '') && { port: Number(beside) }) }];
  });
}
