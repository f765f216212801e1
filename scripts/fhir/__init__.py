"""Forms and finished calls as HL7 FHIR R4 Questionnaire and QuestionnaireResponse, and back.

They stand apart so that nothing of FHIR's shape, and nothing of a stranger's file, reaches the
forms the desk works with: what comes in is read, checked and told before it is a form.
"""
