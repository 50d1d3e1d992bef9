/**
 * What CloudWatch takes as the body of a dashboard, as far as metric and text widgets go.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */

const SECONDS = { type: 'integer', minimum: 1 };
const AXIS = {
  type: 'object',
  properties: {
    min: { type: 'number' },
    max: { type: 'number' },
    label: { type: 'string' },
    showUnits: { type: 'boolean' },
  },
  additionalProperties: false,
};

/** How one line of a graph looks, or the expression that it shows. */
const RENDERING = {
  type: 'object',
  properties: {
    accountId: { type: 'string', pattern: '^[0-9]{12}$' },
    color: { type: 'string', pattern: '^#[0-9a-fA-F]{6}$' },
    expression: { type: 'string', minLength: 1, maxLength: 2048 },
    id: { type: 'string', pattern: '^[a-z][a-zA-Z0-9_]*$' },
    label: { type: 'string' },
    period: SECONDS,
    region: { type: 'string', pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$' },
    stat: { type: 'string' },
    visible: { type: 'boolean' },
    yAxis: { enum: ['left', 'right'] },
  },
  additionalProperties: false,
};

const METRIC = {
  type: 'array',
  minItems: 1,
  oneOf: [
    { items: [{ ...RENDERING, required: ['expression'] }], maxItems: 1 },
    {
      items: [{ type: 'string' }, { type: 'string' }],
      minItems: 2,
      additionalItems: { anyOf: [{ type: 'string' }, RENDERING] },
    },
  ],
};

function widget(type: string, required: string[], properties: object): object {
  return {
    type: 'object',
    required: ['type', 'properties'],
    properties: {
      type: { const: type },
      x: { type: 'integer', minimum: 0, maximum: 23 },
      y: { type: 'integer', minimum: 0 },
      width: { type: 'integer', minimum: 1, maximum: 24 },
      height: { type: 'integer', minimum: 1, maximum: 1000 },
      properties: { type: 'object', required, properties, additionalProperties: false },
    },
    additionalProperties: false,
  };
}

export const DASHBOARD_SCHEMA = {
  type: 'object',
  required: ['widgets'],
  properties: {
    start: { type: 'string' },
    end: { type: 'string' },
    periodOverride: { enum: ['auto', 'inherit'] },
    variables: { type: 'array', maxItems: 25 },
    widgets: {
      type: 'array',
      maxItems: 500,
      items: {
        oneOf: [
          widget('metric', ['region', 'metrics'], {
            metrics: { type: 'array', minItems: 1, maxItems: 500, items: METRIC },
            period: SECONDS,
            region: { type: 'string', minLength: 1 },
            stat: { type: 'string' },
            title: { type: 'string' },
            view: { enum: ['bar', 'gauge', 'pie', 'singleValue', 'table', 'timeSeries'] },
            yAxis: { type: 'object', properties: { left: AXIS, right: AXIS }, additionalProperties: false },
          }),
          widget('text', ['markdown'], {
            background: { enum: ['solid', 'transparent'] },
            markdown: { type: 'string' },
          }),
        ],
      },
    },
  },
  additionalProperties: false,
};
