import { Ollama } from 'ollama';
import { failure, tell } from './tell.mjs';

const client = new Ollama({ host: process.argv[2] });
const ask = (content, more = {}) => ({
  model: 'tiny',
  messages: [{ role: 'user', content }],
  ...more,
});
const tools = [
  {
    type: 'function',
    function: {
      name: 'weather',
      description: 'Tells the weather.',
      parameters: { type: 'object', properties: { city: { type: 'string' } } },
    },
  },
];

const hello = await client.chat(ask('hello', { options: { temperature: 0, num_ctx: 512 } }));
tell('chat', [hello.message, hello.done, hello.done_reason, hello.eval_duration]);

const pieces = [];
for await (const part of await client.chat(ask('tool', { stream: true, tools }))) {
  pieces.push([
    part.message.thinking ?? '',
    part.message.content,
    (part.message.tool_calls ?? []).map((call) => call.function),
    part.done,
  ]);
}
tell('stream', pieces);

const result = await client.chat({
  model: 'tiny',
  tools,
  messages: [
    { role: 'user', content: 'tool' },
    {
      role: 'assistant',
      content: '',
      tool_calls: [{ function: { name: 'weather', arguments: { city: 'Bern' } } }],
    },
    { role: 'tool', content: '11 C', tool_name: 'weather' },
  ],
});
tell('result', result.message.content);

const json = await client.chat(ask('json', { format: { type: 'object' } }));
tell('json', JSON.parse(json.message.content));

const wanted = ask('hello', { freehold: { receipt: true } });
const carried = [(await client.chat(wanted)).freehold.receipt];
for await (const part of await client.chat({ ...wanted, stream: true })) {
  if (part.done) {
    carried.push(part.freehold.receipt);
  }
}
tell('receipt', carried);

const generated = await client.generate({ model: 'tiny', prompt: 'hello', system: 's' });
tell('generate', [generated.response, generated.prompt_eval_count]);

const embedded = await client.embed({ model: 'tiny', input: ['ab', 'c'] });
tell('embed', [embedded.embeddings.length, embedded.embeddings[0], embedded.prompt_eval_count]);
const old = await client.embeddings({ model: 'tiny', prompt: 'ab' });
tell('embeddings', old.embedding);

tell('list', (await client.list()).models.map((model) => [model.name, model.size]));
tell('ps', (await client.ps()).models.map((model) => [model.name, model.context_length]));
const shown = await client.show({ model: 'tiny' });
tell('show', [shown.details.family, shown.capabilities, shown.model_info['llama.context_length']]);
tell('version', (await client.version()).version.split('.').length);

const steps = [];
for await (const step of await client.pull({ model: 'tiny', stream: true })) {
  steps.push(step.status);
}
tell('pull', steps);

tell('missing', await failure(() => client.chat(ask('a', { model: 'none' }))));
tell('wrong', await failure(() => client.chat(ask('a', { options: { temperature: -1 } }))));
tell(
  'broken',
  await failure(async () => {
    for await (const part of await client.chat(ask('fail', { stream: true }))) {
      void part;
    }
  }),
);

tell(
  'abort',
  (
    await failure(async () => {
      let count = 0;
      const stream = await client.chat(ask('endless', { stream: true }));
      for await (const part of stream) {
        void part;
        if (++count === 3) {
          stream.abort();
        }
      }
    })
  )[0],
);
