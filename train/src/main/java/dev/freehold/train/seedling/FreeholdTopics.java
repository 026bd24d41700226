package dev.freehold.train.seedling;

import java.util.List;
import java.util.stream.Stream;

/// What Freehold is and how its commands are used: facts from its README and the help of its
/// commands.
final class FreeholdTopics {
  /// All of them.
  static final List<Topic> TOPICS =
      Stream.of(whatItIs(), whatItRuns(), commands(), moreCommands(), training())
          .flatMap(List::stream)
          .toList();

  private FreeholdTopics() {}

  private static List<Topic> whatItIs() {
    return List.of(
        Topic.of(
            "Freehold is one Java program that runs open language models on an ordinary CPU, with"
                + " the same bits everywhere.",
            "What is Freehold?",
            "What does Freehold do?",
            "Can you explain Freehold?",
            "Tell me about Freehold.",
            "What is this program?"),
        Topic.of(
            "It means that a model gives the same numbers and, for the same seed, the same text,"
                + " whatever the machine or the number of threads.",
            "What does the same bits everywhere mean?",
            "What does it mean that the bits are the same?",
            "Is Freehold exact?",
            "Why does Freehold give the same text everywhere?"),
        Topic.of(
            "Every result can be checked by doing it again.",
            "Why are the same bits useful?",
            "What is the use of exact results?",
            "How can I check a result?"),
        Topic.of(
            "It says: AI you own. It runs on your machines, survives your vendor, and proves where"
                + " it came from.",
            "What is the motto of Freehold?",
            "What is the idea of Freehold?",
            "What does Freehold promise?"),
        Topic.of(
            "Freehold is written in Java.",
            "In which language is Freehold written?",
            "What language is Freehold made in?",
            "Is Freehold written in Python?"),
        Topic.of(
            "The licence of Freehold is Apache-2.0.",
            "What is the licence of Freehold?",
            "Which licence does Freehold have?",
            "Is Freehold open source?",
            "May I use Freehold at work?"),
        Topic.of(
            "Freehold needs a JDK 25 or newer, and nothing else.",
            "What does Freehold need?",
            "What do I have to install for Freehold?",
            "Which Java do I need?",
            "Does Freehold need Python?"),
        Topic.of(
            "No, Freehold runs on the CPU.",
            "Do I need a GPU?",
            "Does Freehold use a GPU?",
            "Does Freehold need a graphics card?",
            "Can Freehold run on my GPU?"),
        Topic.of(
            "Freehold runs on Linux and macOS, on x86-64 with AVX2, FMA and F16C, or on AArch64.",
            "On which machines does Freehold run?",
            "Does Freehold run on Linux?",
            "Does Freehold run on a Mac?",
            "Which processors does Freehold support?"),
        Topic.of(
            "Its arithmetic is called fh1, and it is written down in ARCHITECTURE.md.",
            "What is the arithmetic of Freehold called?",
            "What is fh1?",
            "Where is the arithmetic of Freehold described?"));
  }

  private static List<Topic> whatItRuns() {
    return List.of(
        Topic.of(
            "Freehold reads GGUF and safetensors files.",
            "Which files does Freehold read?",
            "Which model formats does Freehold know?",
            "Does Freehold read GGUF?",
            "Can Freehold open safetensors?"),
        Topic.of(
            "Freehold runs families such as llama, mistral, qwen, olmo, gemma, phi and granite.",
            "Which models can Freehold run?",
            "Which model families does Freehold know?",
            "Does Freehold run llama models?",
            "Can Freehold run qwen?"),
        Topic.of(
            "Freehold reads model files in place and leaves them as they are.",
            "Does Freehold copy my models?",
            "Does Freehold change my model files?",
            "Are model files copied?"),
        Topic.of(
            "Bring a .gguf file or a Hugging Face folder, then type ./freehold run MODEL.",
            "How do I get a larger model?",
            "How can I use a better model?",
            "I want a bigger model.",
            "Can I run another model?",
            "How do I use my own model?"),
        Topic.of(
            "A model can be a .gguf file, a Hugging Face folder, or a name from ./freehold list.",
            "What can MODEL be?",
            "What is meant by MODEL?",
            "How do I name a model?"),
        Topic.of(
            "Yes. Type ./freehold list, and Freehold finds the models that Ollama, LM Studio and"
                + " Hugging Face left on this machine.",
            "Can Freehold use models from Ollama?",
            "I have models in LM Studio. Can I use them?",
            "Does Freehold find my Hugging Face models?",
            "I come from Ollama. What now?"),
        Topic.of(
            "No. A model's answers are the model's. Running it exactly does not make it right.",
            "Are the answers always right?",
            "Does Freehold make a model right?",
            "Can I trust the answers of a model?"));
  }

  private static List<Topic> commands() {
    return List.of(
        Topic.of(
            "Type ./freehold run MODEL and your question in quotation marks.",
            "How do I ask a model?",
            "How do I run a model?",
            "How can I ask a question?",
            "What does the command run do?",
            "Which command asks a model?"),
        Topic.of(
            "Type ./freehold run MODEL without a question.",
            "How do I start a chat?",
            "How can I chat with a model?",
            "Which command starts a chat?"),
        Topic.of(
            "Type ./freehold list. It shows the models on this machine.",
            "How do I see my models?",
            "Which models are on my machine?",
            "What does the command list do?",
            "Which command lists models?"),
        Topic.of(
            "Type ./freehold show MODEL. It shows the architecture, the parameters, the memory and"
                + " more.",
            "How do I look into a model?",
            "What does the command show do?",
            "How do I see what is in a model?",
            "How can I see the architecture of a model?"),
        Topic.of(
            "Type ./freehold tokenize MODEL and a text. It shows the ids of the tokens.",
            "How do I see the tokens of a text?",
            "What does the command tokenize do?",
            "How can I tokenize a text?"),
        Topic.of(
            "Type ./freehold template MODEL --messages FILE. It renders a conversation with the"
                + " chat template of the model.",
            "What does the command template do?",
            "How do I render a conversation?",
            "How can I see the prompt of a chat?"),
        Topic.of(
            "Type ./freehold logits MODEL --ids IDS. It prints the logits that follow the ids.",
            "What does the command logits do?",
            "How do I see the logits?",
            "How can I print logits?"),
        Topic.of(
            "Type ./freehold perplexity MODEL FILE. It tells how well a model predicts a text.",
            "What does the command perplexity do?",
            "How do I measure the perplexity?",
            "How well does a model predict my text?"),
        Topic.of(
            "Type ./freehold prepare MODEL. It makes, once, a copy of the weights in a faster"
                + " layout. The numbers stay the same.",
            "What does the command prepare do?",
            "How do I make a model faster?",
            "Can a model run faster?",
            "My model is slow."));
  }

  private static List<Topic> moreCommands() {
    return List.of(
        Topic.of(
            "Type ./freehold bench MODEL. It measures the speed of a model on this machine.",
            "What does the command bench do?",
            "How do I measure the speed?",
            "How fast is a model?"),
        Topic.of(
            "Type ./freehold kernels MODEL. It shows which kernel each weight matrix gets.",
            "What does the command kernels do?",
            "Which kernels does my machine have?",
            "How do I see the kernels?"),
        Topic.of(
            "Type ./freehold verify arithmetic. It prints hashes that must be the same on every"
                + " machine.",
            "How do I check the arithmetic?",
            "What does verify arithmetic do?",
            "How do I verify my machine?"),
        Topic.of(
            "Type ./freehold COMMAND --help. Every command explains itself.",
            "How do I get help?",
            "Where is the help?",
            "How do I learn about a command?",
            "I do not know how to use a command."),
        Topic.of(
            "Use the option --seed with a number. The same seed gives the same text.",
            "How do I set the seed?",
            "What is the option --seed for?",
            "How do I get the same text again?"),
        Topic.of(
            "Use the option --temperature. With 0 the model always takes the best token.",
            "How do I set the temperature?",
            "What does --temperature do?",
            "How do I make the answers less random?"),
        Topic.of(
            "Use the option --max-tokens with a number.",
            "How do I limit the length of an answer?",
            "What does --max-tokens do?",
            "The answers are too long."),
        Topic.of(
            "Use the option --threads with a number. The numbers do not change.",
            "How do I set the number of threads?",
            "What does --threads do?",
            "Can Freehold use fewer threads?"),
        Topic.of(
            "Use the option --system with your text.",
            "How do I give instructions to the model?",
            "What does --system do?",
            "How do I set a system prompt?"),
        Topic.of(
            "Use the option --json, which many commands have.",
            "How do I get JSON from a command?",
            "What does --json do?",
            "Can a command print JSON?"),
        Topic.of(
            "Type /help in the chat. It shows the commands of the chat.",
            "Which commands does the chat have?",
            "What can I type in the chat?"),
        Topic.of(
            "Type /bye to leave the chat.",
            "How do I end the chat?",
            "How do I leave the chat?",
            "How do I stop?"));
  }

  private static List<Topic> training() {
    return List.of(
        Topic.of(
            "I am Seedling, the demo model of Freehold. I am a proof that runs everywhere, not an"
                + " assistant.",
            "Who are you?",
            "What are you?",
            "What is your name?",
            "Are you an assistant?",
            "Who am I talking to?",
            "What is Seedling?"),
        Topic.of(
            "I can read short stories, do small sums, count, compare, call tools and tell about"
                + " Freehold.",
            "What can you do?",
            "What do you know?",
            "How can you help me?",
            "What should I ask you?"),
        Topic.of(
            "I was trained from a recipe that anyone can run again to get the same weights.",
            "How were you made?",
            "How were you trained?",
            "Where do you come from?",
            "Who made you?"),
        Topic.of(
            "I was trained on text that a program of Freehold writes: stories, sums, tool calls"
                + " and talks like this one.",
            "What were you trained on?",
            "What is your training data?",
            "Which data do you come from?"),
        Topic.of(
            "I am very small: I have fewer than five million parameters.",
            "How large are you?",
            "How many parameters do you have?",
            "How big are you?",
            "Are you a large model?"),
        Topic.of(
            "Type ./freehold verify demo. It rebuilds my file and compares the hash.",
            "How do I verify you?",
            "How can I check where you come from?",
            "What does verify demo do?",
            "Can I rebuild you?"),
        Topic.of(
            "Type ./freehold eval demo. It prints my scores on questions that I never saw.",
            "How good are you?",
            "What are your scores?",
            "What does eval demo do?",
            "How do I test you?"),
        Topic.of(
            "Type ./freehold demo. Then you talk to me.",
            "How do I start the demo?",
            "What does the command demo do?",
            "How do I talk to you?"),
        Topic.of(
            "Type ./freehold train and the name of a recipe. The same recipe gives the same"
                + " weights on every machine.",
            "How do I train a model?",
            "What does the command train do?",
            "Can Freehold train models?",
            "Can I train my own model?"),
        Topic.of(
            "A recipe is a file that names everything that decides the result of a training.",
            "What is a recipe?",
            "What does a recipe hold?",
            "What is in a recipe?"));
  }
}
