import { chatTemplateFindings } from './chat-template';
import { configFindings } from './config';
import { isError, shortName, type Finding } from './finding';
import { folderFindings } from './folder';
import { shardFindings } from './shards';
import { DOCUMENT_NAMES, FETCH_LFS, isLfsPointer, parseObject, type Weights } from './weights';

/** Everything that is wrong with weights, or may be: the errors, then the warnings. `RULES` has all of them. */
export function check(weights: Weights): Finding[] {
  const findings = [
    ...folderFindings(weights),
    ...shardFindings(weights),
    ...documentFindings(weights),
    ...configFindings(weights),
    ...chatTemplateFindings(weights),
    ...bucketFindings(weights),
  ];
  return [...findings.filter(isError), ...findings.filter((finding) => !isError(finding))];
}

/** What could not be read, so that what it says was not checked. */
function documentFindings({ documents }: Weights): Finding[] {
  return DOCUMENT_NAMES.flatMap((file): Finding[] => {
    const document = documents[file];
    if (!document) {
      return [];
    }
    if ('unread' in document) {
      const problem = `What it says was not checked: ${shortName(document.unread)}`;
      return [
        { code: 'unread', level: 'warning', file, problem, remedy: 'Check that it is the file of the model' },
      ];
    }
    const level = file === 'config.json' ? 'error' : 'warning';
    return parseObject(document.text) ? [] : [{ code: 'not-json', level, file, ...notJson(document.text) }];
  });
}

/** What a text is that holds no JSON object. */
function notJson(text: string): Pick<Finding, 'problem' | 'remedy'> {
  if (text.trim() === '') {
    return { problem: 'It is empty', remedy: 'Download it again, and upload it' };
  }
  if (isLfsPointer(text)) {
    return { problem: 'It is a pointer of Git LFS, not the file itself', remedy: FETCH_LFS };
  }
  if (/^\s*</.test(text)) {
    return {
      problem: 'It is a web page, not JSON',
      remedy: 'Log in with "hf auth login", accept the license of the model, and download it again',
    };
  }
  return {
    problem: 'It does not hold a JSON object: it is cut off, damaged or not UTF-8',
    remedy: 'Download or save it again',
  };
}

function bucketFindings({ bucketRegion, region }: Weights): Finding[] {
  return bucketRegion === undefined || region === undefined || bucketRegion === region
    ? []
    : [
        {
          code: 'bucket-region',
          level: 'warning',
          problem: `The bucket is in ${bucketRegion}, and the import in ${region}; users report that Bedrock refuses that`,
          remedy: `Copy the weights to a bucket in ${region}`,
        },
      ];
}
