import type { Body } from './import-job';
import type { Operation } from './inputs';

/** Where an operation is found, and how a request for it is read. */

/** A request over HTTP. */
interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType?: string;
  readonly content: string;
}

/** An operation that is asked for. */
export interface OperationCall {
  readonly operation: Operation;
  readonly input: Body;
}

interface Route {
  readonly operation: Operation;
  readonly method: string;
  readonly path: RegExp;
  readonly input: (request: HttpRequest, identifier: string) => Body;
}

const route = (line: string, operation: Operation, input: Route['input']): Route => {
  const [method, path] = line.split(' ');
  return { operation, method, path: new RegExp(`^${path.replace('*', '(.+)')}$`), input };
};

const ROUTES = [
  route('POST /model-import-jobs', 'CreateModelImportJob', readJson),
  route('GET /model-import-jobs', 'ListModelImportJobs', readQuery),
  route('GET /model-import-jobs/*', 'GetModelImportJob', (_, jobIdentifier) => ({ jobIdentifier })),
  route('GET /imported-models', 'ListImportedModels', readQuery),
  route('GET /imported-models/*', 'GetImportedModel', (_, modelIdentifier) => ({ modelIdentifier })),
  route('DELETE /imported-models/*', 'DeleteImportedModel', (_, modelIdentifier) => ({ modelIdentifier })),
  route('POST /listTagsForResource', 'ListTagsForResource', readJson),
  route('POST /tagResource', 'TagResource', readJson),
  route('POST /untagResource', 'UntagResource', readJson),
  route('POST /model/*/invoke', 'InvokeModel', ({ content, contentType }, modelId) => ({
    modelId,
    contentType,
    body: content,
  })),
  route('POST /model/*/converse', 'Converse', (request, modelId) => ({ ...readJson(request), modelId })),
];

/** The operation that a request asks for, or undefined when there is none. */
export function findOperation(request: HttpRequest): OperationCall | undefined {
  for (const { operation, method, path, input } of ROUTES) {
    const match = method === request.method ? path.exec(request.path) : undefined;
    if (match) {
      return { operation, input: input(request, match[1]) };
    }
  }
  return undefined;
}

function readJson({ content }: HttpRequest): Body {
  return content ? (JSON.parse(content) as Body) : {};
}

function readQuery({ query }: HttpRequest): Body {
  const { maxResults, ...rest } = Object.fromEntries(query);
  return maxResults === undefined ? rest : { ...rest, maxResults: Number(maxResults) };
}
