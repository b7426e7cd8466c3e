def limit_body(get_response):
    return get_response
