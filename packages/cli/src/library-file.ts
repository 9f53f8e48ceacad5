import { dirname, join } from 'node:path';
import {
  type LibraryDocument,
  type LibraryDocumentKind,
  libraryDocumentKinds,
  libraryDocuments,
} from '@patchbay/contracts/library-document';
import { type LibraryFile, libraryFiles } from '@patchbay/contracts/library-file';
import { limits } from '@patchbay/contracts/limits';
import {
  checkedYaml,
  InvalidFile,
  parseYaml,
  readPlainFile,
  readTextFile,
  type YamlText,
} from './yaml-file.ts';

/** What a file asks for as the API takes it for one thing, and where its parts stand. */
export interface LibraryInput {
  readonly input: Readonly<Record<string, unknown>>;
  /** What the file says beyond the thing itself, which only `patchbay apply` acts on. */
  readonly leftOut: readonly string[];
  /** A part such as `prePatching.2.task` as `FILE:LINE: prePatching.2.task`. */
  where(path: string): string;
}

/** A file of the library as a document of the API, and where its parts stand. */
export interface LocatedDocument {
  readonly document: LibraryDocument;
  where(path: string): string;
}

/** Reads the text of a file in the same folder. */
type ReadBeside = (name: string) => string;

/** Reads a YAML or JSON file of the library; `-` is standard input. Refuses it with file, line and reason. */
export function readLibraryFile(file: string, kind: LibraryDocumentKind): LibraryInput {
  const content = readTextFile(file, limits.requestBytes);
  return file === '-'
    ? parseLibraryFile('(standard input)', content, kind)
    : parseLibraryFile(file, content, kind, besideOf(file));
}

/** Reads a text of the library as {@link readLibraryFile} reads a file. */
export function parseLibraryFile(
  file: string,
  content: string,
  kind: LibraryDocumentKind,
  readBeside?: ReadBeside,
): LibraryInput {
  const { document, where } = locate(parseYaml(file, content), kind, readBeside);
  const said = Object.entries(document).filter(([field]) => field !== 'kind');
  const leftOut = said.filter(([field, value]) => forApply.has(field) && !isEmpty(value));
  return {
    input: Object.fromEntries(said.filter(([field]) => !forApply.has(field))),
    leftOut: leftOut.map(([field]) => field),
    where,
  };
}

/** These concern more than the thing itself. */
const forApply: ReadonlySet<string> = new Set(['revisions', 'default']);

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Reads a file of a library's folder. It and the files that it names must really be there, without a link. */
export function readDocument(file: string, kind: LibraryDocumentKind): LocatedDocument {
  return locate(parseYaml(file, readPlainFile(file, limits.requestBytes)), kind, besideOf(file));
}

function besideOf(file: string): ReadBeside {
  return (name) => readPlainFile(join(dirname(file), name), limits.scriptBytes);
}

function locate(text: YamlText, kind: LibraryDocumentKind, readBeside?: ReadBeside): LocatedDocument {
  const found = (text.value as { kind?: unknown } | null)?.kind;
  if (found !== kind) {
    const isOther = libraryDocumentKinds.some((one) => one === found);
    const other = isOther ? `, and this is a ${String(found)}` : '';
    throw new InvalidFile(text.file, [`${text.where(['kind'])}: must be "${kind}"${other}`]);
  }
  const file: LibraryFile = checkedYaml(text, libraryFiles[kind]);
  return {
    document: file.kind === 'Script' ? withContents(text, file, readBeside) : file,
    where: (path) => text.where(path === '' ? [] : pathInFile(file, path)),
  };
}

type ScriptFile = Extract<LibraryFile, { kind: 'Script' }>;
type Body = Pick<ScriptFile, 'content' | 'contentFile'>;

/** The script with what the files beside it hold. */
function withContents(text: YamlText, file: ScriptFile, readBeside?: ReadBeside): LibraryDocument {
  const problems: string[] = [];
  const withContent = <One extends Body>(
    { content, contentFile, ...rest }: One,
    at: readonly PropertyKey[],
  ) => {
    if (contentFile === undefined) return { ...rest, content: content ?? '' };
    try {
      return { ...rest, content: contentOf(contentFile, readBeside) };
    } catch (error) {
      const reason = error instanceof InvalidFile ? error.problems.join('; ') : (error as Error).message;
      problems.push(`${text.where([...at, 'contentFile'])}: ${reason}`);
      return { ...rest, content: '' };
    }
  };
  const revisions = file.revisions.map((one, index) => withContent(one, ['revisions', index]));
  const document = { ...withContent(file, []), revisions };
  if (problems.length > 0) throw new InvalidFile(text.file, problems);
  return document;
}

function contentOf(name: string, readBeside?: ReadBeside): string {
  if (readBeside === undefined) throw new Error('there is no folder to look into: write "content" instead');
  const parsed = libraryDocuments.Script.shape.content.safeParse(readBeside(name));
  if (parsed.success) return parsed.data;
  throw new Error(`${name} ${parsed.error.issues[0]?.message}`);
}

/** What the content is called in the file, which may name another file instead. */
function pathInFile(file: LibraryFile, path: string): string[] {
  const names = path.split('.');
  const isContent = file.kind === 'Script' && names.at(-1) === 'content';
  if (!isContent) return names;
  const body: Body | undefined = names.length === 1 ? file : file.revisions[Number(names[1])];
  return body?.contentFile === undefined ? names : [...names.slice(0, -1), 'contentFile'];
}
