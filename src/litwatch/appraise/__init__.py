"""What a record says of itself: label, design, level and the facts of the study, each with its exact words.

Read from title, abstract, indexing and registry fields alone; what is not stated is None or (), never guessed. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from litwatch.appraise.adverse import adverse_events_of
from litwatch.appraise.comparator import comparators_of
from litwatch.appraise.design import design_of
from litwatch.appraise.diagnosis import diagnosis_of
from litwatch.appraise.dose import Study, doses_of
from litwatch.appraise.drugs import Drugs
from litwatch.appraise.flags import flags_of
from litwatch.appraise.followup import followup_of
from litwatch.appraise.level import level_of
from litwatch.appraise.outcome import outcome_of
from litwatch.appraise.places import places_of
from litwatch.appraise.population import population_of
from litwatch.appraise.questions import Read, questions_of
from litwatch.appraise.registered import comparators_registered, followup_registered
from litwatch.appraise.relevance import Topic, label_of
from litwatch.appraise.routes import routes_of
from litwatch.appraise.sentences import Sentence, sentences_in
from litwatch.appraise.setting import setting_of
from litwatch.appraise.vocabulary import Vocabulary, vocabulary_of
from litwatch.appraise.withdrawals import withdrawals_of
from litwatch.config import Config
from litwatch.model import AnyRecord, Appraisal, Comparator, FollowUp, Quote, Registration

__all__ = ["Vocabulary", "appraise", "vocabulary_of"]


def appraise(record: AnyRecord, config: Config) -> Appraisal:
    """Return what ``record`` says of itself under the concepts and questions of ``config``."""
    vocabulary = vocabulary_of(config)
    places = places_of(record)
    design = design_of(record)
    sentences = sentences_in(record)
    drugs = Drugs(vocabulary, [sentence.text for sentence in sentences])
    routes = routes_of(sentences, drugs, design.name)
    compared = _compared(record, sentences, drugs, design.name)
    n, n_quote = _people(record, sentences, design.name)
    against = frozenset(one.name for one in compared)
    doses = doses_of(sentences, drugs, Study(design=design.name, routes=routes, compared=against))
    followup = _followup(record, sentences, design.name)
    read = Read(
        record=record,
        places=places,
        sentences=sentences,
        drugs=drugs,
        design=design.name,
        routes=routes,
        doses=doses,
        followup=followup,
        design_quote=design.quote,
        compared=bool(compared),
    )
    questions = questions_of(read, vocabulary)
    topic = Topic(record=record, places=places, drugs=drugs, design=design.name, questions=questions)
    label, reason = label_of(topic, vocabulary)
    return Appraisal(
        label=label,
        label_reason=reason,
        design=design.name,
        design_quote=design.quote,
        level=level_of(
            design.name,
            controlled=(design.controlled or bool(compared)) and not design.uncontrolled,
            of_series=design.of_series,
        ),
        flags=flags_of(record, design.reading, design.name, n),
        is_rct_score=design.rct,
        population_n=n,
        n_quote=n_quote,
        routes=routes,
        doses=doses,
        comparator=compared,
        followup=followup,
        adverse_events=adverse_events_of(sentences, design.name),
        outcome=outcome_of(sentences, drugs, design.name, compared),
        questions=questions,
        setting=setting_of(sentences, design.name),
        diagnosis=diagnosis_of(sentences, vocabulary, design.name),
        withdrawals=withdrawals_of(sentences, design.name),
    )


def _compared(record: AnyRecord, sentences: Sequence[Sentence], drugs: Drugs, design: str) -> tuple[Comparator, ...]:
    """Return the comparators by the registered types of arms, or by a record's words where there are no types."""
    registered = comparators_registered(record, drugs) if isinstance(record, Registration) else ()
    return registered or comparators_of(sentences, drugs, design)


def _followup(record: AnyRecord, sentences: Sequence[Sentence], design: str) -> FollowUp | None:
    """Return the latest registered time frame, or the follow-up a text tells."""
    registered = followup_registered(record) if isinstance(record, Registration) else None
    return registered or followup_of(sentences, design)


def _people(record: AnyRecord, sentences: Sequence[Sentence], design: str) -> tuple[int | None, Quote | None]:
    """Return a registration's enrolment with the field it stands in, or how many people a text says it is about."""
    if isinstance(record, Registration) and record.enrolment is not None:
        return record.enrolment, Quote(text=str(record.enrolment), field="enrollmentInfo.count")
    return population_of(sentences, design) or (None, None)
