// What a faulty function runs: it asks the fault server what to do, then hands over to the product.
const { handler } = require('./product.js');

exports.handler = async (event, context) => {
  const kind = event.RequestType ? 'request' : event.previous ? 'poll' : 'answer';
  const response = await fetch(`${process.env.FAULTS_URL}/${kind}`);
  switch (await response.text()) {
    case 'exit':
      return process.exit(1);
    case 'throw':
      throw new Error('Injected crash');
    case 'hang':
      return await new Promise((resolve) => setTimeout(resolve, 60_000));
    default:
      return await handler(event, context);
  }
};
