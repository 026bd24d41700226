import Anthropic from '@anthropic-ai/sdk';
import { failure, tell } from './tell.mjs';

const client = new Anthropic({ baseURL: process.argv[2], apiKey: 'key', maxRetries: 0 });
const tools = [
  {
    name: 'weather',
    description: 'Tells the weather.',
    input_schema: { type: 'object', properties: { city: { type: 'string' } } },
  },
];
const ask = (text, more = {}) => ({
  model: 'tiny',
  max_tokens: 3000,
  messages: [{ role: 'user', content: text }],
  ...more,
});

const hello = await client.messages.create(ask('hello'));
tell('create', [hello.content, hello.stop_reason, hello.usage.input_tokens]);

const texts = [];
const thoughts = [];
const stream = client.messages
  .stream(ask('tool', { tools, thinking: { type: 'enabled', budget_tokens: 2000 } }))
  .on('text', (delta) => texts.push(delta))
  .on('thinking', (delta) => thoughts.push(delta));
const called = await stream.finalMessage();
const use = called.content.at(-1);
tell('stream', [
  thoughts,
  texts,
  called.content.map((block) => block.type),
  use.name,
  use.input,
  called.stop_reason,
  called.usage.cache_read_input_tokens,
]);

const result = await client.messages.create(
  ask('tool', {
    tools,
    messages: [
      { role: 'user', content: 'tool' },
      { role: 'assistant', content: called.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: '11 C' }] },
    ],
  }),
);
tell('result', result.content[0].text);

const events = [];
for await (const event of await client.messages.create(ask('hello', { stream: true }))) {
  events.push(event.type);
}
tell('events', events);

const parsed = await client.messages.create(
  ask('json', {
    output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
  }),
);
tell('json', JSON.parse(parsed.content[0].text));

const wanted = ask('hello', { freehold: { receipt: true } });
const carried = [(await client.messages.create(wanted)).freehold.receipt];
const receipted = client.messages.stream(wanted).on('streamEvent', (event) => {
  if (event.freehold) {
    carried.push(event.freehold.receipt);
  }
});
const finished = await receipted.finalMessage();
tell('receipt', [carried, finished.stop_reason]);

const models = [];
for await (const model of client.models.list()) {
  models.push(model.id);
}
tell('models', models);

tell('count', await client.messages.countTokens({ model: 'tiny', messages: ask('a').messages }));
tell('missing', await failure(() => client.messages.create(ask('a', { model: 'none' }))));
tell('wrong', await failure(() => client.messages.create(ask('a', { temperature: -1 }))));
tell('broken', await failure(() => client.messages.stream(ask('fail')).finalMessage()));

const endless = client.messages.stream(ask('endless'));
let pieces = 0;
endless.on('text', () => {
  if (++pieces === 3) {
    endless.abort();
  }
});
tell('abort', (await failure(() => endless.done()))[0]);
