import type { Finding } from './finding';
import { asObject, isAtTop, isSafetensors, readObject, type Weights } from './weights';

/** The chat template, which Converse and bodies with `messages` need. */

const TEMPLATE_FILES = ['chat_template.jinja', 'chat_template.json'];
const TOKENIZER_CONFIG = 'tokenizer_config.json';

/** Tokens that end a turn. A base model ends with a token of its own. */
const END_OF_TURN = ['<|im_end|>', '<|eot_id|>', '<|eot|>', '<end_of_turn>', '<|end|>', '<|return|>'];
const INSTRUCT_NAME = /instruct|(?<![a-z])chat(?![a-z])|[-_]it(?![a-z])/i;

export function chatTemplateFindings(weights: Weights): Finding[] {
  const { files, documents, isCut } = weights;
  const isUnknown = documents[TOKENIZER_CONFIG] && !readObject(weights, TOKENIZER_CONFIG);
  if (isCut || isUnknown || !files.some((file) => isAtTop(file) && isSafetensors(file))) {
    return [];
  }
  const places = templatePlaces(weights);
  if (places.length > 1) {
    return [templateTwice(places)];
  }
  return places.length === 0 ? noTemplate(weights) : [];
}

/** The files that hold a chat template, those that win first. */
function templatePlaces(weights: Weights): string[] {
  const separate = TEMPLATE_FILES.filter((name) =>
    weights.files.some((file) => file.name === name && file.size > 0),
  );
  const template = readObject(weights, TOKENIZER_CONFIG)?.chat_template;
  const hasOwn = Array.isArray(template)
    ? template.length > 0
    : typeof template === 'string'
      ? template.trim() !== ''
      : Object.keys(asObject(template) ?? {}).length > 0;
  return hasOwn ? [...separate, TOKENIZER_CONFIG] : separate;
}

function templateTwice(places: readonly string[]): Finding {
  const [first, second] = places;
  const isTokenizerLast = places[places.length - 1] === TOKENIZER_CONFIG;
  return {
    code: 'chat-template-twice',
    level: 'warning',
    file: first,
    problem: isTokenizerLast
      ? `There is a chat template here and in ${TOKENIZER_CONFIG}; Bedrock uses the separate file`
      : `There is a chat template here and in ${second}; AWS does not say which one Bedrock uses`,
    remedy: 'Keep one of them',
  };
}

function noTemplate(weights: Weights): Finding[] {
  const isInstruct = isInstructModel(weights);
  // A folder without the file has a finding for that, which explains the lack of a template, too.
  const isExplained = !weights.documents[TOKENIZER_CONFIG];
  if (!weights.usesChatTemplate && (!isInstruct || isExplained)) {
    return [];
  }
  const nowhere = `There is no chat template, neither in this file nor in ${TEMPLATE_FILES.join(' or ')}`;
  return [
    {
      code: 'no-chat-template',
      level: 'warning',
      file: TOKENIZER_CONFIG,
      ...(weights.usesChatTemplate
        ? {
            problem: `${nowhere}, so the calls with Converse or "messages" that this model is for will fail`,
            remedy: `Add the template of the model as ${TEMPLATE_FILES[0]}, or call the model with "prompt"`,
          }
        : {
            problem: `${nowhere}, and this looks like an instruct model: Converse and "messages" need one`,
            remedy: `Add the template of the model as ${TEMPLATE_FILES[0]}, unless it is only called with "prompt"`,
          }),
    },
  ];
}

/** Whether the model was trained to chat: its name says so, or it ends its turns. */
function isInstructModel(weights: Weights): boolean {
  const config = readObject(weights, 'config.json');
  const tokenizer = readObject(weights, TOKENIZER_CONFIG);
  // Not the bucket, which holds many models.
  const path = weights.location.replace(/^s3:\/\/[^/]*/, '');
  const names = [path, config?._name_or_path, tokenizer?.name_or_path];
  const eos = tokenizer?.eos_token;
  const endToken = asObject(eos)?.content ?? eos;
  return (
    names.some((name) => typeof name === 'string' && INSTRUCT_NAME.test(name)) ||
    (typeof endToken === 'string' && END_OF_TURN.includes(endToken))
  );
}
