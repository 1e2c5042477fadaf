"""Compares what nginx serves with the file."""
import socket, ssl


def check_served(request):
    """Fails when nginx serves another certificate than the file's."""
    present = read_lineage(request)
    failure = f"Cannot use the certificate {request['name']}"
    for name in request["names"]:
        asked = name.replace("*", "any", 1)
        try:
            serial = serial_at(asked, request["port"])
        except OSError as error:
            what = f"nginx does not answer for {asked} on port {request['port']}: {error.strerror or error}"
            fail(f"{failure}: {what}", "see: systemctl status nginx")
        if present is None or serial != present["serial"]:
            own = present["serial"] if present else "one of a file"
            fail(f"{failure}: for {asked}, nginx serves the serial {serial}, not {own}", "see: nginx -t")
    if present:
        say(f"nginx serves {present['serial']} for {', '.join(request['names'])}")


def serial_at(name, port):
    """Of the certificate that this host shows for a name. Raises OSError when there is no answer by TLS."""
    from cryptography import x509

    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), ANSWER_TIMEOUT_SECONDS) as plain:
        with context.wrap_socket(plain, server_hostname=name) as one:
            return hexadecimal(x509.load_der_x509_certificate(one.getpeercert(True)).serial_number)
