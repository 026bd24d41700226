import OpenAI from 'openai';
import { failure, tell } from './tell.mjs';

const client = new OpenAI({ baseURL: process.argv[2] + '/v1', apiKey: 'key', maxRetries: 0 });
const ask = (input, more = {}) => ({ model: 'tiny', input, ...more });
const tools = [
  {
    type: 'function',
    name: 'weather',
    description: 'Tells the weather.',
    strict: false,
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
  { type: 'custom', name: 'patch', description: 'Patches.' },
];

const hello = await client.responses.create(ask('hello', { instructions: 'Be brief.' }));
tell('create', [hello.output_text, hello.status, hello.usage.total_tokens, hello.store]);

const deltas = [];
const stream = client.responses
  .stream(ask('tool', { tools }))
  .on('response.output_text.delta', (event) => deltas.push(event.delta));
const called = await stream.finalResponse();
tell('stream', [
  deltas,
  called.output.map((item) => item.type),
  called.output[0].content[0].text,
  called.output.at(-1).arguments,
  called.status,
]);

const patched = await client.responses.stream(ask('patch', { tools })).finalResponse();
tell('custom', [patched.output[0].type, patched.output[0].input]);

const result = await client.responses.create(
  ask(
    [
      { role: 'user', content: 'tool' },
      ...called.output,
      { type: 'function_call_output', call_id: called.output.at(-1).call_id, output: '11 C' },
    ],
    { tools },
  ),
);
tell('result', result.output_text);

const wanted = ask('hello', { freehold: { receipt: true } });
const carried = [(await client.responses.create(wanted)).freehold.receipt];
carried.push((await client.responses.stream(wanted).finalResponse()).freehold.receipt);
tell('receipt', carried);

const types = [];
for await (const event of await client.responses.create(ask('hello', { stream: true }))) {
  types.push(event.type.replace('response.', ''));
}
tell('events', types);

const parsed = await client.responses.parse(
  ask('json', {
    text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' } } },
  }),
);
tell('json', JSON.parse(parsed.output_text));

const cut = await client.responses.stream(ask('cut', { max_output_tokens: 1 })).finalResponse();
tell('cut', [cut.status, cut.incomplete_details.reason, cut.output_text]);

tell('missing', await failure(() => client.responses.create(ask('a', { model: 'none' }))));
tell(
  'stored',
  await failure(() => client.responses.create(ask('a', { previous_response_id: 'resp_1' }))),
);
const broken = await client.responses.stream(ask('fail')).finalResponse();
tell('broken', [broken.status, broken.error]);

const endless = client.responses.stream(ask('endless'));
let pieces = 0;
endless.on('response.output_text.delta', () => {
  if (++pieces === 3) {
    endless.abort();
  }
});
tell('abort', (await failure(() => endless.done()))[0]);
