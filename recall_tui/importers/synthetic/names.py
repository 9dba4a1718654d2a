"""Names of invented people: common given and family names, joined at random."""

from dataclasses import dataclass
from random import Random

from recall_tui.importers.synthetic.chances import Draw


@dataclass(frozen=True, slots=True)
class Community:
    """Names that go together, and the language spoken besides English (empty: none).

    ``older`` are given names of people born before about 1970; ``share`` is in thousandths.
    """

    share: int
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    older_women: tuple[str, ...] = ()
    older_men: tuple[str, ...] = ()
    language: str = ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ENGLISH = Community(
    share=722,
    women=_words(
        "Olivia Amelia Isla Ava Emily Jessica Sophie Chloe Lucy Charlotte Grace Ruby Lily Ella "
        "Hannah Laura Rebecca Sarah Emma Claire Nicola Louise Kelly Gemma Natalie Rachel Katie "
        "Zoë Chloë Leah Abigail Megan Victoria Stephanie Danielle Samantha Lauren Eleanor Daisy"
    ),
    men=_words(
        "Oliver George Harry Noah Jack Leo Charlie Jacob Thomas Oscar James William Joshua Daniel "
        "Matthew Christopher Andrew Mark Paul Lee Adam Ryan Luke Benjamin Samuel Joseph Alexander "
        "Nathan Craig Stuart Simon Jonathan Edward Henry Archie Freddie Toby Callum Connor"
    ),
    families=_words(
        "Smith Brown Taylor Wilson Johnson Walker Wright Robinson Thompson White Green Hall Wood "
        "Harris Clarke Jackson Turner Hill Cooper Ward Moore Baker Harrison Morris King Lee Watson "
        "Parker Bennett Young Allen Mitchell Cook Bailey Richardson Carter Shaw Collins "
        "Miller Cox Marshall Simpson Price Adams Wilkinson Foster Palmer Mills Webb Fox Bell "
        "Hunt Knight Barker Holmes Stone Fisher Butler Russell Rogers Dixon Chapman Ellis Mason "
        "Hunter Lawrence Pearson Gibson Hudson Barnes Fletcher Spencer Payne Booth Day Hart Lowe"
    ),
    older_women=_words(
        "Margaret Jean Patricia Sheila Dorothy Joan Barbara Maureen Doreen Brenda Pamela Joyce "
        "Betty Beryl Janet Christine Susan Linda Carol Sandra Jennifer Ann Mary Elizabeth Kathleen "
        "Marjorie Edna Audrey Hilda Irene Gillian Judith Valerie Rosemary Hazel Renée Muriel"
    ),
    older_men=_words(
        "John David Michael Peter Robert Anthony Brian Alan Kenneth Ronald Derek Raymond Dennis "
        "Roy Eric Stanley Leslie Norman Frank Albert Gordon Geoffrey Roger Colin Keith Barry "
        "Trevor Malcolm Graham Philip Terence Donald Douglas Arthur Ernest Reginald Harold"
    ),
)

_WELSH = Community(
    share=45,
    women=_words("Siân Carys Ffion Eleri Bronwen Angharad Nia Rhian Cerys Lowri Mair Gwenllian"),
    men=_words("Llŷr Rhys Gareth Owain Dafydd Emyr Iwan Huw Gwilym Siôn Ŵyn Gruffudd Ieuan"),
    families=_words(
        "Jones Davies Williams Evans Thomas Roberts Lewis Hughes Edwards Griffiths Morgan Owen "
        "Jenkins Llewellyn Pritchard Ellis-Jones ap-Rhys Gwynfryn Bowen"
    ),
)

_SCOTTISH = Community(
    share=45,
    women=_words("Fiona Morag Eilidh Catriona Kirsty Isobel Ailsa Mairi Shona Rhona Iona"),
    men=_words("Alasdair Hamish Ewan Angus Duncan Gregor Callum Iain Fraser Malcolm Rory"),
    families=_words(
        "MacDonald Campbell Stewart Robertson McKenzie Fraser Murray Ross Sinclair McLean Cameron "
        "Buchanan MacLeod Kerr Wallace"
    ),
)

_IRISH = Community(
    share=45,
    women=_words("Siobhán Aoife Niamh Bridget Róisín Orla Maeve Gráinne Bernadette Deirdre Ciara"),
    men=_words("Seán Patrick Liam Declan Brendan Ciarán Eoin Conor Dermot Pádraig Kevin"),
    families=_words(
        "O'Brien O'Neill O'Connor O'Sullivan Murphy Kelly Byrne Ryan Gallagher D'Arcy Doyle "
        "McCarthy Doherty Kennedy Fitzgerald Quinn Brennan"
    ),
)

_SOUTH_ASIAN = Community(
    share=70,
    women=_words(
        "Aisha Fatima Priya Anjali Nasreen Shabana Kiran Sunita Zainab Meera Rukhsana Harpreet "
        "Deepa Samina Yasmin Lakshmi"
    ),
    men=_words(
        "Mohammed Imran Rajesh Sanjay Amir Tariq Arjun Vikram Hassan Gurpreet Bilal Suresh Farhan "
        "Anil Yusuf Harjit"
    ),
    families=_words(
        "Patel Khan Singh Ahmed Hussain Kaur Shah Begum Ali Sharma Iqbal Mistry Chowdhury Malik "
        "Gill Akhtar Rahman Desai"
    ),
    language="Urdu",
)

_POLISH = Community(
    share=30,
    women=_words("Agnieszka Małgorzata Katarzyna Zofia Magdalena Joanna Ewa Beata Elżbieta"),
    men=_words("Paweł Łukasz Piotr Krzysztof Tomasz Marek Jakub Stanisław Michał"),
    families=_words(
        "Kowalski Nowak Wiśniewski Wójcik Lewandowski Zieliński Szymański Dąbrowski Kozłowski"
    ),
    language="Polish",
)

_AFRICAN = Community(
    share=33,
    women=_words("Adaeze Ngozi Abena Folake Amina Grace Chipo Blessing Yetunde Hodan Thandiwe"),
    men=_words("Chinedu Kwame Emeka Babatunde Kofi Tendai Samuel Olumide Abdi Sipho Emmanuel"),
    families=_words(
        "Okafor Mensah Adeyemi Boateng Mwangi Nwosu Osei Moyo Abdullahi Eze Balogun Asante Ndlovu "
        "Adebayo-Ogunleye"
    ),
    language="Somali",
)

_CHINESE = Community(
    share=10,
    women=_words("Mei Ling Xiaoli Hui Yan Jing Siu-Fong Wai-Yee"),
    men=_words("Wei Jun Ming Kwok-Wah Hao Chi-Keung Lei Feng"),
    families=_words("Wong Chan Li Zhang Cheung Lam Ng Xu Ho Liu"),
    language="Cantonese",
)

_ALL = (_ENGLISH, _WELSH, _SCOTTISH, _IRISH, _SOUTH_ASIAN, _POLISH, _AFRICAN, _CHINESE)
_LONG = "Featherstonehaugh-Cholmondeley-Marjoribanks"
_YOUNGEST_OF_THE_OLDER = 56

draw_community = Draw(*((community, community.share) for community in _ALL))
"""Draws the community of a household by its share of the population."""

_shape = Draw(("single", 9795), ("double", 200), ("long", 5))


def draw_family(rng: Random, community: Community) -> str:
    """Draw a family name; two in a hundred are double-barrelled, a few are very long."""
    shape = _shape(rng)
    if shape == "long":
        return _LONG
    name = rng.choice(community.families)
    return f"{name}-{rng.choice(_ENGLISH.families)}" if shape == "double" else name


def draw_given(rng: Random, community: Community, sex: str, age: int) -> str:
    """Draw a given name that suits sex and generation."""
    older = age >= _YOUNGEST_OF_THE_OLDER
    if sex == "F":
        return rng.choice((older and community.older_women) or community.women)
    return rng.choice((older and community.older_men) or community.men)
