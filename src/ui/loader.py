"""The template loader: compiles a template once, and works out once a language what is the same on every page.

Two thirds of a page are fixed words, icons and addresses of assets. Django looks each of them up again for every row of
every page; measured, that was half of the time of a list. After compiling, every run of such nodes becomes one node that
remembers its text by language. What depends on the context stays as it is.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.template import Context, NodeList, Origin, Template
from django.template.base import FilterExpression, Node, TextNode, Variable
from django.template.defaulttags import CommentNode, LoadNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.template.loaders.base import Loader as BaseLoader
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.translation import get_language

Tag = TypeVar("Tag", bound=Callable[..., Any])


def constant(tag: Tag) -> Tag:
    """Mark the function of a simple tag that gives the same markup for the same arguments in one language, always."""
    tag.constant = True  # type: ignore[attr-defined]
    return tag


class SettledNode(Node):
    """A run of nodes whose text depends on the language alone."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self._texts: dict[str | None, str] = {}

    def render_annotated(self, context: Context) -> str:
        """The text, worked out the first time that the language asks for it."""
        language = get_language()
        text = self._texts.get(language)
        if text is None:
            text = self._texts[language] = "".join(str(node.render_annotated(context)) for node in self.nodes)
        return text

    render = render_annotated


class _SettlingLoader(BaseLoader):
    """Compiles and settles. Below the caching loader, so that no other thread ever renders a half-settled template."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """The template, compiled and settled."""
        template: Template = super().get_template(template_name, skip)
        if not self.engine.debug:
            settle(template.nodelist)
        return template


class Loader(cached.Loader, _SettlingLoader):
    """Django's caching loader, over templates that are settled after they are compiled."""


def settle(nodes: NodeList) -> None:
    """Put each run of constant nodes together, in the list itself and in every list below it."""
    kept: list[Node] = []
    run: list[Node] = []

    def close() -> None:
        if len(run) > 1 or (run and not isinstance(run[0], TextNode)):
            kept.append(_merged(run))
        else:
            kept.extend(run)
        run.clear()

    for node in nodes:
        if _is_constant(node):
            run += node.nodes if isinstance(node, SettledNode) else [node]
            continue
        close()
        kept.append(node)
        for below in _lists(node):
            settle(below)
    close()
    nodes[:] = kept


def _merged(run: list[Node]) -> Node:
    # Text alone stays text: ``extends`` looks for the first node that is none.
    texts = [node.s for node in run if isinstance(node, TextNode)]
    return TextNode("".join(texts)) if len(texts) == len(run) else SettledNode([*run])


def _lists(node: Node) -> list[NodeList]:
    branches = [found for _condition, found in getattr(node, "conditions_nodelists", ())]
    return branches + [value for value in vars(node).values() if isinstance(value, NodeList)]


def _is_constant(node: Node) -> bool:
    if isinstance(node, TextNode | LoadNode | CommentNode | SettledNode):
        return True
    if isinstance(node, TranslateNode):
        return node.asvar is None and node.message_context is None and _is_literal(node.filter_expression)
    if isinstance(node, StaticNode):
        return type(node) is StaticNode and node.varname is None and _is_literal(node.path)
    if type(node) is SimpleNode:
        given = [*node.args, *node.kwargs.values()]
        return node.target_var is None and getattr(node.func, "constant", False) and all(map(_is_literal, given))
    return False


def _is_literal(expression: FilterExpression) -> bool:
    if expression.filters:
        return False
    literal = expression.var.literal if isinstance(expression.var, Variable) else expression.var
    return isinstance(literal, str | int | float)
