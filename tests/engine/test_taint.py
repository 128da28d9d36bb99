"""Model output and strangers' text followed through one file of JavaScript, TypeScript, a component or Python."""

from __future__ import annotations

import pytest

from pentascope.collectors.source.parse import javascript, python
from pentascope.engine.findings import Findings
from pentascope.engine.sinks import find_sinks
from pentascope.engine.texts import KeyTable
from pentascope.model.evidence import FactKind, Role

OUTPUT = frozenset({"model-output-is-run", "model-output-is-shown-as-html", "model-output-is-cleaned"})


def seen(source: str, path: str) -> list[str]:
    """What is recorded of a file in which each line that holds `ASK` asks a model and each with `FIND` retrieves."""
    parse = python.parse if path.endswith(".py") else javascript.parse
    found = Findings(path, Role.PRODUCTION, KeyTable(()))
    for number, line in enumerate(source.split("\n"), 1):
        if "ASK" in line:
            found.add(FactKind.INFERENCE, "openai", number, "openai")
        if "FIND" in line:
            found.add(FactKind.RETRIEVAL, "chroma", number, "chroma")
    find_sinks(parse(source.encode(), path, frozenset({"openai"})), found)
    return [f"{one.line} {one.subject}" for one in found.sorted() if one.kind is FactKind.PRACTICE]


ASKED = "import OpenAI from 'openai';\nconst reply = await client.chat.completions.create({}); // ASK\nconst text = reply.choices[0].message.content;\n"


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("eval(text);", "model-output-is-run"),
        ("new Function('a', text)(1);", "model-output-is-run"),
        ("import { exec } from 'child_process';\nexec(`ls ${text}`);", "model-output-is-run"),
        ("const { execSync } = require('node:child_process');\nexecSync(text);", "model-output-is-run"),
        (
            "import { exec } from 'child_process';\nimport { promisify } from 'util';\nconst run = promisify(exec);\nawait run(text);",
            "model-output-is-run",
        ),
        ("import vm from 'vm';\nvm.runInNewContext(text, {});", "model-output-is-run"),
        ("pool.query(`select * from t where a = '${text}'`);", "model-output-is-run"),
        ("await prisma.$queryRawUnsafe(text);", "model-output-is-run"),
        ("element.innerHTML = text;", "model-output-is-shown-as-html"),
        ("element.innerHTML += `<p>${text}</p>`;", "model-output-is-shown-as-html"),
        ("element.insertAdjacentHTML('beforeend', text);", "model-output-is-shown-as-html"),
        ("document.write(text);", "model-output-is-shown-as-html"),
        ("import { marked } from 'marked';\nelement.innerHTML = marked.parse(text);", "model-output-is-shown-as-html"),
        (
            "import MarkdownIt from 'markdown-it';\nconst md = new MarkdownIt({ html: true });\nelement.innerHTML = md.render(text);",
            "model-output-is-shown-as-html",
        ),
        ("element.innerHTML = DOMPurify.sanitize(text);", "model-output-is-cleaned"),
        (
            "import MarkdownIt from 'markdown-it';\nconst md = new MarkdownIt();\nelement.innerHTML = md.render(text);",
            "model-output-is-cleaned",
        ),
        ("function shape(answer) { return answer.trim(); }\nelement.innerHTML = shape(text);", "model-output-is-shown-as-html"),
        ("function show(answer) { element.innerHTML = answer; }\nshow(text);", "model-output-is-shown-as-html"),
        (
            "let all = '';\nfor await (const part of reply) { all += part.delta; }\nelement.innerHTML = all;",
            "model-output-is-shown-as-html",
        ),
        ("function safe(answer) { return DOMPurify.sanitize(answer); }\nelement.innerHTML = safe(text);", None),
        ("pool.query('select 1 where a = $1', [text]);", None),
        ("await sql`select ${text}`;", None),
        ("/a/.exec(text);", None),
        ("element.textContent = text;", None),
        ("element.innerHTML = reply.usage.total_tokens;", None),
        ("function other(text) { element.innerHTML = text; }\nother('x');", None),
        ("index.query(text);", None),
        ("element.innerHTML = text.length > 3 ? 'long' : 'short';", None),
    ],
)
def test_answer_is_followed_through_javascript(body: str, subject: str | None) -> None:
    found = [line.split(" ")[1] for line in seen(ASKED + body, "app.ts") if line.split(" ")[1] in OUTPUT]

    assert found == ([subject] if subject else [])


@pytest.mark.parametrize(
    ("path", "source", "subject"),
    [
        (
            "Chat.tsx",
            (
                "import { useChat } from '@ai-sdk/react';\nexport function Chat() {\n  const { messages } = useChat();\n"
                "  return messages.map(m => <p dangerouslySetInnerHTML={{ __html: m.content }} />);\n}\n"
            ),
            "model-output-is-shown-as-html",
        ),
        (
            "Answer.jsx",
            (
                "import { useState } from 'react';\nexport function Answer() {\n  const [text, setText] = useState('');\n"
                "  const ask = async () => { const r = await client.create({}); // ASK\n  setText(r.text); };\n"
                "  return <p dangerouslySetInnerHTML={{ __html: text }} />;\n}\n"
            ),
            "model-output-is-shown-as-html",
        ),
        (
            "Chat.vue",
            (
                "<script setup>\nimport { ref, computed } from 'vue';\nconst answer = ref('');\nasync function ask() {\n  const r = await client.create({}); // ASK\n"
                '  answer.value = r.text;\n}\n</script>\n<template><p v-html="answer"></p></template>\n'
            ),
            "model-output-is-shown-as-html",
        ),
        (
            "Chat.svelte",
            "<script>\nimport { useChat } from '@ai-sdk/svelte';\nconst { messages } = useChat();\n</script>\n{#each $messages as m}<p>{@html m.content}</p>{/each}\n",
            "model-output-is-shown-as-html",
        ),
        (
            "Safe.vue",
            (
                "<script setup>\nimport DOMPurify from 'dompurify';\nconst answer = ref('');\nasync function ask() {\n  answer.value = await client.create({}); // ASK\n}\n</script>\n"
                '<template><p v-html="DOMPurify.sanitize(answer)"></p></template>\n'
            ),
            "model-output-is-cleaned",
        ),
        ("Page.vue", "<script setup>\nconst note = ref('');\n</script>\n<template><p v-html=\"note\"></p></template>\n", None),
    ],
)
def test_answer_is_followed_into_markup(path: str, source: str, subject: str | None) -> None:
    found = [line.split(" ")[1] for line in seen(source, path)]

    assert found == ([subject] if subject else [])


ASKED_HERE = "import bleach, nh3\nfrom markupsafe import Markup\nfrom openai import OpenAI\nreply = client.create()  # ASK\ntext = reply.choices[0].message.content\n"


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ("page = Markup(text)", "model-output-is-shown-as-html"),
        ("page = mark_safe(f'<p>{text}</p>')", "model-output-is-shown-as-html"),
        ("st.markdown(text, unsafe_allow_html=True)", "model-output-is-shown-as-html"),
        ("page = render_template_string(text)", "model-output-is-shown-as-html"),
        ("page = Markup(bleach.clean(text))", "model-output-is-cleaned"),
        ("page = Markup(nh3.clean(text))", "model-output-is-cleaned"),
        ("subprocess.run(text, shell=True)", "model-output-is-run"),
        ("def run(code):\n    exec(code)\nrun(text)", "model-output-is-run"),
        ("def code_of(answer):\n    return answer.strip()\nexec(code_of(text))", "model-output-is-run"),
        ("pd.read_sql(text, engine)", "model-output-is-run"),
        ("os.system('say ' + shlex.quote(text))", "model-output-is-cleaned"),
        ("chain = LLMChain(llm=model)  # ASK\nresult = chain.run(query=1)\nexec(result)", "model-output-is-run"),
        ("llm = ChatOpenAI()  # ASK\nchain = prompt | llm | StrOutputParser()\nexec(chain.invoke({}))", "model-output-is-run"),
        (
            "class A:\n    def __init__(self):\n        self.llm = ChatOpenAI()  # ASK\n    def go(self):\n        eval(self.llm.invoke('x').content)",
            "model-output-is-run",
        ),
        ("llm = ChatOpenAI()  # ASK\nexec(llm.model_name)", None),
        ("st.markdown(text)", None),
        ("subprocess.run(['git', 'commit', '-m', text])", None),
        ("command = ['git', 'commit', '-m', text]\nsubprocess.run(command)", None),
        ("executor.execute(text)", None),
        ("session.execute(insert(Row).values(words=text))", None),
    ],
)
def test_answer_is_followed_through_python(body: str, subject: str | None) -> None:
    found = [line.split(" ")[1] for line in seen(f"import os, shlex, subprocess\n{ASKED_HERE}{body}\n", "app.py")]

    assert found == ([subject] if subject else [])


@pytest.mark.parametrize(
    ("path", "source", "subject"),
    [
        (
            "a.py",
            'words = request.json["text"]\nmessages = [{"role": "system", "content": f"Help. {words}"}]\n',
            "untrusted-text-in-instructions",
        ),
        (
            "b.py",
            'def ask(user_input):\n    return [{"role": "system", "content": "Answer " + user_input}]\n',
            "untrusted-text-in-instructions",
        ),
        (
            "c.py",
            '@app.post("/chat")\nasync def chat(body: Ask):\n    prompt = f"Answer {body.text}"\n    return [{"role": "system", "content": prompt}]\n',
            "untrusted-text-in-instructions",
        ),
        (
            "d.py",
            'from langchain_core.prompts import ChatPromptTemplate\nChatPromptTemplate.from_messages([("system", "Use {context}"), ("user", "{q}")])\n',
            "untrusted-text-in-instructions",
        ),
        ("e.py", 'docs = store.search(1)  # FIND\nclient.create(system=f"Use {docs}")  # ASK\n', "untrusted-text-in-instructions"),
        (
            "f.ts",
            "const { topic } = req.body;\nconst m = [{ role: 'system', content: `You know ${topic}` }];\n",
            "untrusted-text-in-instructions",
        ),
        (
            "g.ts",
            "const body = await request.json();\nconst r = generateText({ system: `Speak ${body.language}` }); // ASK\n",
            "untrusted-text-in-instructions",
        ),
        ("h.py", 'RULES = "Be kind."\nmessages = [{"role": "system", "content": RULES}]\n', "instructions-are-constant"),
        ("i.ts", "const m = [{ role: 'system', content: 'Be kind.' }];\n", "instructions-are-constant"),
        ("j.py", 'messages = [{"role": "system", "content": f"Today is {today}"}]\n', None),
        (
            "k.py",
            'def ask(user_input):\n    return [{"role": "system", "content": rules()}, {"role": "user", "content": user_input}]\n',
            None,
        ),
        ("l.py", "configure(system=user_input)\n", None),
        (
            "m.py",
            '@app.post("/chat")\ndef chat(request: Request, db: Session = Depends(get)):\n    return [{"role": "system", "content": f"{db.rules}"}]\n',
            None,
        ),
    ],
)
def test_strangers_text_in_instructions(path: str, source: str, subject: str | None) -> None:
    found = [line.split(" ")[1] for line in seen(source, path)]

    assert found == ([subject] if subject else [])
