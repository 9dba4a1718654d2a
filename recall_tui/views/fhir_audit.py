"""The audit as FHIR R4 AuditEvents, one for each patient that an action was about.

https://hl7.org/fhir/R4/auditevent.html; the patient is named as IHE BALP asks (PatientRead and its
neighbours: an entity in the role of the patient), so that a record viewer can show who looked.
"""

import json
from collections.abc import Mapping
from typing import Final

from recall_tui.views.audit import AuditEntry

_DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
_HL7: Final = "http://terminology.hl7.org/CodeSystem"
_ODS: Final = "https://fhir.nhs.uk/Id/ods-organization-code"

_PATIENT_RECORD = ("110110", "Patient Record")
_APPLICATION = ("110100", "Application Activity")
_SECURITY = ("110113", "Security Alert")
_FAILED = frozenset({"refused", "unlock failed"})


def audit_event(entry: AuditEntry, ods_code: str) -> Mapping[str, object]:
    """Return an entry of the practice's audit as an AuditEvent resource."""
    failed = entry.action in _FAILED
    code, words = _PATIENT_RECORD if entry.patient else _APPLICATION
    if failed:
        code, words = _SECURITY
    event: dict[str, object] = {
        "resourceType": "AuditEvent",
        "id": f"{ods_code}-{entry.number}-{entry.patient or 'practice'}",
        "type": {"system": _DICOM, "code": code, "display": words},
        "subtype": [{"display": entry.action}],
        "action": "R" if entry.looked and entry.patient else "E" if entry.looked else "U",
        "recorded": entry.at.isoformat().replace("+00:00", "Z"),
        "outcome": "4" if failed else "0",
        "agent": [_agent(entry)],
        "source": {
            "site": ods_code,
            "observer": {"identifier": {"system": _ODS, "value": ods_code}, "display": "recall"},
            "type": [{"system": f"{_HL7}/security-source-type", "code": "4"}],
        },
    }
    if entry.patient:
        event["entity"] = [_patient(entry, ods_code)]
    return event


def _agent(entry: AuditEntry) -> Mapping[str, object]:
    agent: dict[str, object] = {
        "who": {"identifier": {"value": entry.by}},
        "altId": entry.by,
        "requestor": True,
    }
    if entry.role:
        agent["role"] = [{"text": entry.role}]
    if entry.origin:
        agent["network"] = {"address": entry.origin}
    return agent


def _patient(entry: AuditEntry, ods_code: str) -> Mapping[str, object]:
    known = {**entry.details, **({"item": entry.item} if entry.item else {})}
    details = [
        {"type": name, "valueString": value if isinstance(value, str) else json.dumps(value)}
        for name, value in sorted(known.items())
    ]
    entity: dict[str, object] = {
        "what": {
            "identifier": {
                "value": entry.patient,
                "assigner": {"identifier": {"system": _ODS, "value": ods_code}},
            }
        },
        "type": {"system": f"{_HL7}/audit-entity-type", "code": "1", "display": "Person"},
        "role": {"system": f"{_HL7}/object-role", "code": "1", "display": "Patient"},
    }
    if details:
        entity["detail"] = details
    return entity
