import { readdirSync, readFileSync, realpathSync, statSync, type Stats } from 'fs';
import { join } from 'path';
import { check } from '../weights/check';
import {
  DOCUMENT_NAMES,
  DOCUMENTS,
  tooLong,
  type Document,
  type DocumentName,
  type StoredFile,
  type Weights,
} from '../weights/weights';
import { outcomeOf, type CheckOptions, type Outcome } from './report';

/** Checks a folder on this machine. */
export function checkFolder(folder: string, options: CheckOptions): Outcome {
  const files = listFiles(folder);
  const { region, usesChatTemplate, strict } = options;
  const location = folder.replace(/\/*$/, '/');
  const documents = readDocuments(folder, files);
  return outcomeOf(check({ location, files, documents, region, usesChatTemplate }), strict);
}

/**
 * The files of a folder and its folders. Links are followed, because a cache of Hugging Face consists of
 * them and an upload follows them, too.
 */
function listFiles(home: string): StoredFile[] {
  const files: StoredFile[] = [];
  const visit = (path: string, parents: readonly string[]): void => {
    const folder = realpathSync(join(home, path));
    // A link to a folder that it lies in would never end.
    if (parents.includes(folder)) {
      return;
    }
    for (const entry of readdirSync(folder).sort()) {
      const name = path + entry;
      const stats = stat(join(folder, entry));
      if (stats?.isDirectory()) {
        visit(`${name}/`, [...parents, folder]);
      } else if (stats?.isFile()) {
        files.push({ name, size: stats.size });
      }
    }
  };
  visit('', []);
  return files;
}

/** Undefined for what is not there, such as the end of a broken link. */
function stat(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function readDocuments(folder: string, files: readonly StoredFile[]): Weights['documents'] {
  const documents: Partial<Record<DocumentName, Document>> = {};
  for (const name of DOCUMENT_NAMES) {
    const file = files.find((candidate) => candidate.name === name);
    if (file) {
      documents[name] = readDocument(join(folder, name), file.size, DOCUMENTS[name]);
    }
  }
  return documents;
}

function readDocument(path: string, size: number, limit: number): Document {
  if (size > limit) {
    return { unread: tooLong(size, limit) };
  }
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { unread: (error as Error).message };
  }
}
