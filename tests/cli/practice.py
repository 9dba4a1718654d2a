"""A practice of nine people that never changes, for the tests of the command line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

TODAY: Final = "2026-11-22"
ODS: Final = "A12345"

PATIENTS: Final = """\
patient_number,nhs_number,nhs_number_status,given_name,family_name,date_of_birth,sex,registered_on,\
left_on,died_on,postcode,address,mobile_phone,sms_consent,sensitive
101,9990000018,verified,Ann,Lee,1950-12-03,F,2001-04-02,,,ZZ1 1AA,1 Drama Street,\
07700 900101,allowed,
102,9990000026,verified,Bob,O'Neil,1961-02-11,M,2003-05-06,,,ZZ1 1AB,2 Drama Street,\
07700 900102,allowed,
103,9990000034,verified,Cara,Ünal,1949-12-20,F,1999-01-04,,,ZZ1 1AC,3 Drama Street,\
07700 900103,allowed,
104,,,Dai,Jones,1955-12-24,M,2010-01-04,,,,,,unknown,
105,9990000042,verified,Eve,Left,1948-06-05,F,1990-06-05,2026-06-01,,ZZ1 1AE,,07700 900105,allowed,
106,9990000050,verified,Fay,Gone,1938-06-05,F,1990-06-05,,2026-08-09,ZZ1 1AF,,,unknown,
107,9990000069,verified,Gus,Fine,1990-07-07,M,2015-01-05,,,ZZ1 1AG,7 Drama Street,\
07700 900107,allowed,
108,9990000077,verified,Hal,Smith,1970-01-02,M,2015-01-05,,,ZZ1 1AH,8 Drama Street,\
07700 900108,allowed,
109,9990000085,verified,Hal,Smith,1988-03-04,M,2016-01-05,,,ZZ1 1AJ,9 Drama Street,\
07700 900109,allowed,
"""
HYPERTENSION, SYSTOLIC, DIASTOLIC = "1201005", "72313002", "163031004"
DECLINED_CARE, LITHIUM = "716771000000106", "321730000"
EVENTS: Final = f"""\
patient_number,code,term,date,value,unit,kind
101,{HYPERTENSION},Benign essential hypertension,2015-05-01,,,
101,{SYSTOLIC},Systolic arterial pressure,2025-12-10,138,mmHg,
101,{DIASTOLIC},Diastolic blood pressure,2025-12-10,82,mmHg,
103,{HYPERTENSION},Benign essential hypertension,2012-03-01,,,
103,{DECLINED_CARE},Excepted from hypertension quality indicators,2026-09-01,,,
104,{HYPERTENSION},Benign essential hypertension,2018-08-01,,,
105,{HYPERTENSION},Benign essential hypertension,2011-03-01,,,
106,{HYPERTENSION},Benign essential hypertension,2009-03-01,,,
"""
MEDICATIONS: Final = f"""\
patient_number,code,term,issued_on,repeat,stopped_on
102,{LITHIUM},Lithium carbonate 250mg tablets,2024-01-10,Y,
"""
APPOINTMENTS: Final = """\
patient_number,appointment_id,starts_at,minutes,staff_group,clinician,slot_type,status,booked_on
101,a-1,2026-12-08 09:40,20,nurse,Nurse Drama,Review,booked,2026-11-20
"""
EXTRACT: Final = f"""\
practice_code,practice_name,extracted_at,system
{ODS},Drama Street Surgery,{TODAY}T06:00:00,synthetic
"""


def write_extract(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Path:
    """Write the extract into ``folder``, with ``files`` in the place of its own, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    whole: dict[str, str | bytes] = {
        "extract.csv": EXTRACT,
        "patients.csv": PATIENTS,
        "events.csv": EVENTS,
        "medications.csv": MEDICATIONS,
        "appointments.csv": APPOINTMENTS,
    }
    for name, content in {**whole, **(files or {})}.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(raw)
    return folder
