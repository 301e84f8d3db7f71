import { Problem } from "../../problem.js";

/** The REST interface of an MLflow server, by the names of its calls. */
export interface MlflowClient {
  post(call: string, body: object): Promise<Record<string, unknown>>;
  get(call: string, query: Readonly<Record<string, string>>): Promise<Record<string, unknown> | undefined>;
  /** Stores a file of a run. */
  put(artifactUri: string, name: string, content: Uint8Array): Promise<void>;
}

/** Talks to a server at an address; what it refuses, or that it is not there, is a Problem with its words. */
export function mlflowClient(uri: string): MlflowClient {
  const base = uri.replace(/\/+$/, "");
  async function ask(path: string, given: RequestInit & { headers?: Record<string, string> }): Promise<Response> {
    try {
      // drawing takes longer than a server keeps a connection open that nobody uses
      return await fetch(`${base}/${path}`, { ...given, headers: { Connection: "close", ...given.headers } });
    } catch (error) {
      const { cause } = error instanceof Error ? error : {};
      throw new Problem(
        `${base}: no MLflow server answers (${cause instanceof Error ? cause.message : error}); start one with "mlflow server", or correct --uri`,
      );
    }
  }
  async function read(call: string, answer: Response): Promise<Record<string, unknown>> {
    const text = await answer.text();
    if (!answer.ok)
      throw new Problem(`${base}: MLflow refuses ${call} (status ${answer.status}): ${text.slice(0, 500)}`);
    return JSON.parse(text || "{}");
  }
  return {
    async post(call, body) {
      const headers = { "Content-Type": "application/json" };
      return read(call, await ask(`api/2.0/mlflow/${call}`, { method: "POST", headers, body: JSON.stringify(body) }));
    },
    async get(call, query) {
      const answer = await ask(`api/2.0/mlflow/${call}?${new URLSearchParams(query)}`, {});
      return answer.status === 404 ? undefined : read(call, answer);
    },
    async put(artifactUri, name, content) {
      const [, path] = /^mlflow-artifacts:\/*(.*)$/.exec(artifactUri) ?? [];
      if (path === undefined)
        throw new Problem(
          `${base}: keeps files at ${artifactUri}, expected mlflow-artifacts:/…; start the server with --serve-artifacts`,
        );
      const url = `api/2.0/mlflow-artifacts/artifacts/${path}/${name}`;
      await read(`the file ${name}`, await ask(url, { method: "PUT", body: new Uint8Array(content) }));
    },
  };
}
