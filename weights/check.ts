import { configFindings } from './config';
import { isError, shortName, type Finding } from './finding';
import { folderFindings } from './folder';
import { shardFindings } from './shards';
import { DOCUMENT_NAMES, parseObject, type Weights } from './weights';

/**
 * Everything that is wrong with weights, or may be, the certain first. Certain is what AWS documents or
 * what users report to fail an import; the rest is a doubt.
 */
export function check(weights: Weights): Finding[] {
  const findings = [
    ...folderFindings(weights),
    ...shardFindings(weights),
    ...documentFindings(weights),
    ...configFindings(weights),
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
        { code: 'unread', level: 'warning', file, problem, remedy: 'Check that it is what it should be' },
      ];
    }
    if (!parseObject(document.text)) {
      const problem = 'It does not hold a JSON object';
      return [{ code: 'not-json', level: 'warning', file, problem, remedy: 'Download or save it again' }];
    }
    return [];
  });
}

function bucketFindings({ bucketRegion, region }: Weights): Finding[] {
  return bucketRegion === undefined || region === undefined || bucketRegion === region
    ? []
    : [
        {
          code: 'bucket-region',
          level: 'warning',
          problem: `The bucket is in ${bucketRegion}, and the import in ${region}; Bedrock is said to refuse that`,
          remedy: `Copy the weights to a bucket in ${region}`,
        },
      ];
}
