import structlog


def json_formatter():
    return structlog.stdlib.ProcessorFormatter(processor=structlog.processors.JSONRenderer())
