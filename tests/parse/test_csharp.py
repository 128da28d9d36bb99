"""C# sources read into units."""

from pentascope.collectors.source.parse import csharp
from pentascope.model.unit import Import, Named

SOURCE = b"""using Azure.AI.OpenAI;
using Chat = OpenAI.Chat.ChatClient;

public class Bot : ControllerBase
{
    private const string Model = "gpt-4o";

    [KernelFunction, Description("Finds orders")]
    public async Task<string> AskAsync(Chat chat, string text)
    {
        var client = new AzureOpenAIClient(new Uri("https://x.openai.azure.com"), Environment.GetEnvironmentVariable("AZURE_OPENAI_API_KEY") ?? "none");
        var options = new ChatOptions { ModelId = Model };
        await chat.CompleteChatAsync($"Answer {text}", options);
        return await client.GetChatClient("gpt-4o-mini").CompleteChatAsync(text);
    }
}
"""


def test_using_opens_a_namespace_or_names_a_type() -> None:
    unit = csharp.parse(SOURCE, "Bot.cs")

    assert unit.imports == [
        Import(path="Azure.AI.OpenAI", name="*", line=1),
        Import(path="OpenAI.Chat.ChatClient", name="Chat", line=2),
    ]


def test_calls_follow_constructors_and_declared_types() -> None:
    unit = csharp.parse(SOURCE, "Bot.cs")

    assert [call.callee for call in unit.calls] == [
        "KernelFunction",
        "Description",
        "AzureOpenAIClient",
        "Environment.GetEnvironmentVariable",
        "ChatOptions",
        "OpenAI.Chat.ChatClient.CompleteChatAsync",
        "AzureOpenAIClient.GetChatClient.CompleteChatAsync",
        "AzureOpenAIClient.GetChatClient",
    ]


def test_object_initializer_keys_are_arguments_of_the_call_that_gets_the_object() -> None:
    unit = csharp.parse(SOURCE, "Bot.cs")

    call = next(call for call in unit.calls if call.callee == "OpenAI.Chat.ChatClient.CompleteChatAsync")

    assert [(argument.name, argument.texts) for argument in call.arguments] == [
        (None, ("Answer {}",)),
        (None, ()),
        ("ModelId", ("gpt-4o",)),
    ]


def test_environment_variable_is_named() -> None:
    unit = csharp.parse(SOURCE, "Bot.cs")

    assert unit.env == [Named(value="AZURE_OPENAI_API_KEY", line=11, column=83)]
